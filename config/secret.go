package config

import "log/slog"

// Secret is a token or key. However it is printed, logged or encoded, it shows
// as ***.
type Secret string

// Reveal returns the secret itself, for the call that needs it.
func (s Secret) Reveal() string { return string(s) }

const masked = "***"

func (s Secret) String() string { return masked }

// GoString is what %#v prints.
func (s Secret) GoString() string { return masked }

// LogValue is what is logged.
func (s Secret) LogValue() slog.Value { return slog.StringValue(masked) }

// MarshalText is what JSON and other encodings hold.
func (s Secret) MarshalText() ([]byte, error) { return []byte(masked), nil }

// MarshalYAML is what YAML holds.
func (s Secret) MarshalYAML() (any, error) { return masked, nil }
