package timeline

import (
	"fmt"
	"strconv"
	"strings"
)

// ID is the number of an incident. It is written "INC-42".
type ID int

// House is the timeline of what belongs to no incident, such as whom the bot
// has told what. It is never listed, resolved or exported with the incidents.
const House ID = 0

func (id ID) String() string { return "INC-" + strconv.Itoa(int(id)) }

// ParseID reads "INC-42", "inc-42" or "inc42".
func ParseID(s string) (ID, error) {
	digits, ok := strings.CutPrefix(strings.ToLower(s), "inc")
	n, err := strconv.ParseUint(strings.TrimPrefix(digits, "-"), 10, 31)
	if !ok || err != nil || n == 0 {
		return 0, fmt.Errorf("%q is no incident; they are written INC-42", s)
	}
	return ID(n), nil
}

// MarshalText writes the ID as people read it.
func (id ID) MarshalText() ([]byte, error) { return []byte(id.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (id *ID) UnmarshalText(text []byte) error {
	if string(text) == House.String() {
		*id = House
		return nil
	}
	parsed, err := ParseID(string(text))
	*id = parsed
	return err
}
