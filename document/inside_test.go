package document

import "testing"

// TestOrdered holds in which order the letters of a line are drawn, from the left.
func TestOrdered(t *testing.T) {
	for _, tt := range []struct {
		name, text, want string
		right            bool
	}{
		{"from the left", "abc 12", "abc 12", false},
		{"from the right", "אבג דה", "הד גבא", true},
		{"a number stays", "אב 12:30 גד", "דג 12:30 בא", true},
		{"per cent stays", "אב 99.5% גד", "דג 99.5% בא", true},
		{"Latin within Hebrew", "אב pool-2 גד", "דג pool-2 בא", true},
		{"Hebrew within Latin", "see אב גד now", "see דג בא now", false},
		{"a number within Hebrew within Latin", "see אב 12 גד now", "see דג 12 בא now", false},
		{"brackets turn", "(אב)", "(בא)", true},
		{"the end of a sentence", "אב.", ".בא", true},
		{"a mark stays on its letter", "אָב", "באָ", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var line []letter
			for _, r := range tt.text {
				line = append(line, letter{r: r})
			}
			got := ""
			for _, l := range ordered(line, tt.right) {
				got += string(l.r)
			}
			if got != tt.want {
				t.Errorf("drawn as %+q, want %+q", got, tt.want)
			}
		})
	}
}

// TestWritable holds what the font writes for what it does not have.
func TestWritable(t *testing.T) {
	f, err := openFonts()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		text, want string
		lost       bool
	}{
		{"Ana Petrović → ≥ 5 %", "Ana Petrović → ≥ 5 %", false},
		{"pinned 📌 ok ✅", "pinned :pushpin: ok :white_check_mark:", false},
		{"陈 was here", "□ was here", true},
		{"e\u0301\u200d\ufe0f", "é", false},
		{"⚠️ hot", ":warning: hot", false},
		{"שלום", "שלום", false},
		{"a\u202eb", "ab", false},
	} {
		got, lost := f.writable(regular, tt.text)
		if got != tt.want || lost != tt.lost {
			t.Errorf("%q is written %q, %v; want %q, %v", tt.text, got, lost, tt.want, tt.lost)
		}
	}
}
