package main_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain fails where a bot that was stopped leaves a goroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
