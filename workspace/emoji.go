package workspace

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/kyokomi/emoji/v2"
)

// emojiNames is every emoji by its name, without colons.
var emojiNames = sync.OnceValue(func() map[string]string {
	all := map[string]string{}
	for name, drawn := range emoji.CodeMap() {
		all[strings.Trim(name, ":")] = strings.TrimSpace(drawn)
	}
	return all
})

// isEmoji reports whether there is an emoji of a name, with a skin tone or not.
func isEmoji(name string) bool {
	name, tone, toned := strings.Cut(name, "::")
	if toned && (len(tone) != len("skin-tone-2") || !strings.HasPrefix(tone, "skin-tone-") || tone[10] < '2' || tone[10] > '6') {
		return false
	}
	_, ok := emojiNames()[name]
	return ok
}

// emojiJSON is the list of emoji for the page: name and character, by name.
var emojiJSON = sync.OnceValue(func() []byte {
	type pair = [2]string
	var all []pair
	for name, drawn := range emojiNames() {
		all = append(all, pair{name, drawn})
	}
	slices.SortFunc(all, func(a, b pair) int { return cmp.Compare(a[0], b[0]) })
	text, err := json.Marshal(all)
	if err != nil {
		panic(err) // unreachable: they are texts
	}
	return text
})

func serveEmoji(rw http.ResponseWriter, _ *http.Request) {
	rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	rw.Header().Set("Cache-Control", "max-age=86400")
	_, _ = rw.Write(emojiJSON()) // the caller is gone: nothing to do
}
