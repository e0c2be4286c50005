package document

import "strings"

// said is what documents say by themselves.
type said struct {
	table   string // what a table is called by who reads the page aloud
	missing string // at the end of a PDF whose fonts have not all letters
	name    string // and how they would
}

// saying is what documents say, by language.
var saying = map[string]said{
	"en": {
		table:   "Table",
		missing: "□ stands for characters that the fonts of this PDF do not have. The HTML page of this document shows all of them.",
		name:    "Whoever runs Muster can name a font that has them: documents.font in its configuration.",
	},
	"de": {
		table:   "Tabelle",
		missing: "□ steht für Zeichen, die die Schriften dieses PDFs nicht haben. Die HTML-Seite dieses Dokuments zeigt sie alle.",
		name:    "Wer Muster betreibt, kann eine Schrift nennen, die sie hat: documents.font in seiner Konfiguration.",
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
