// Package document is what people read and write outside of the chat: texts in
// Markdown, the parts that they are made of, and the same as a page, as PDF and
// as others take it. It is pure, and knows nothing of ours.
package document

// Document is a text with its pictures.
type Document struct {
	Title    string             // in plain words
	Language string             // "en"
	Markdown string             // GitHub's; of HTML it has anchors and comments alone
	Pictures map[string]Picture // by the address that the text has for each; others are links
	Font     *Font              // for letters of a PDF that our fonts do not have; nil for none
}

// Picture is a picture of a document.
type Picture struct {
	Kind    string // its MIME type: "image/png"
	Content []byte
}
