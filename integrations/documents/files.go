package documents

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"muster/document"
)

// Placed returns a document whose pictures have other addresses: files with a name
// that follows from what is in them, behind the name of a folder such as "INC-12/".
func Placed(d document.Document, folder string) document.Document {
	placed := d
	placed.Pictures = map[string]document.Picture{}
	var swap []string
	for _, address := range slices.Sorted(maps.Keys(d.Pictures)) {
		p := d.Pictures[address]
		name := folder + fileOf(p)
		placed.Pictures[name] = p
		for _, around := range []struct{ before, after string }{{"](", ")"}, {"](", " "}, {"](<", ">"}} {
			swap = append(swap, around.before+address+around.after, around.before+name+around.after)
		}
	}
	placed.Markdown = strings.NewReplacer(swap...).Replace(d.Markdown)
	return placed
}

// extensions are how files of a kind are called.
var extensions = map[string]string{
	"image/png": ".png", "image/jpeg": ".jpg", "image/gif": ".gif", "image/webp": ".webp", "image/svg+xml": ".svg",
}

// nameLetters is how much of the sum of a picture is in its name.
const nameLetters = 16

func fileOf(p document.Picture) string {
	sum := sha256.Sum256(p.Content)
	name := hex.EncodeToString(sum[:])[:nameLetters]
	if extension, ok := extensions[p.Kind]; ok {
		return name + extension
	}
	return name + ".image"
}

// markLetters is how much of the sum of a document is in its mark.
const markLetters = 12

// Mark tells documents apart: it is the same for those that say and show the same.
func Mark(d document.Document) string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\n%s\n", d.Title, Placed(d, "").Markdown)
	return hex.EncodeToString(sum.Sum(nil))[:markLetters]
}
