package document

import "strings"

// said is what documents say by themselves.
type said struct {
	table   string // what a table is called by who reads the page aloud
	missing string // at the end of a PDF whose font has not all letters
}

// saying is what documents say, by language.
var saying = map[string]said{
	"en": {
		table:   "Table",
		missing: "□ stands for characters that the font of this PDF does not have. The HTML page of this document shows all of them.",
	},
	"de": {
		table:   "Tabelle",
		missing: "□ steht für Zeichen, die die Schrift dieses PDFs nicht hat. Die HTML-Seite dieses Dokuments zeigt sie alle.",
	},
}

// says is what the document says by itself, in its language or else in English.
func (d Document) says() said {
	language, _, _ := strings.Cut(strings.ToLower(d.Language), "-")
	if s, ok := saying[language]; ok {
		return s
	}
	return saying["en"]
}

// tongue is the document's language as files tell it.
func (d Document) tongue() string {
	for _, r := range d.Language {
		if r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') {
			return "en"
		}
	}
	if d.Language == "" {
		return "en"
	}
	return d.Language
}
