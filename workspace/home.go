package workspace

import (
	"encoding/json"
	"fmt"
	"strings"
)

// HomeOf returns the app's Home tab as someone sees it, in words; empty where
// nothing was published for them.
func (w *Workspace) HomeOf(name string) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	u, ok := w.userNamed(name)
	if !ok {
		return "", fmt.Errorf("nobody is called %q", name)
	}
	home := w.homes[u.id]
	if home == nil {
		return "", nil
	}
	text, err := json.Marshal(home.raw["blocks"])
	if err != nil {
		return "", err
	}
	var blocks []map[string]any
	if err := json.Unmarshal(text, &blocks); err != nil {
		return "", err
	}
	var lines []string
	for _, block := range blocks {
		lines = append(lines, w.wordsIn(block)...)
	}
	return strings.Join(lines, "\n"), nil
}

// wordsIn returns the texts of a block, and its buttons in brackets.
func (w *Workspace) wordsIn(block map[string]any) []string {
	var lines []string
	if text, ok := block["text"].(map[string]any); ok {
		lines = append(lines, w.readable(textOf(text, "text")))
	}
	elements, _ := block["elements"].([]any)
	for _, e := range elements {
		element, _ := e.(map[string]any)
		switch label, isButton := element["text"].(map[string]any); {
		case isButton:
			lines = append(lines, "["+textOf(label, "text")+"]")
		case element["type"] == "mrkdwn":
			lines = append(lines, w.readable(textOf(element, "text")))
		}
	}
	return lines
}

// PressHome presses a button of someone's Home tab, by its label.
func (w *Workspace) PressHome(as, label string) (Answer, error) {
	w.mu.Lock()
	u, ok := w.userNamed(as)
	if !ok || w.homes[u.id] == nil {
		w.mu.Unlock()
		return Answer{}, fmt.Errorf("%s has no Home tab", as)
	}
	home := w.homes[u.id]
	action := ""
	blocks, _ := json.Marshal(home.raw["blocks"])
	var parsed []struct {
		Elements []struct {
			ActionID string `json:"action_id"`
			Text     any    `json:"text"`
		} `json:"elements"`
	}
	_ = json.Unmarshal(blocks, &parsed) // what has no such button is told below
	for _, b := range parsed {
		for _, e := range b.Elements {
			if text, ok := e.Text.(map[string]any); ok && text["text"] == label {
				action = e.ActionID
			}
		}
	}
	w.mu.Unlock()
	if action == "" {
		return Answer{}, fmt.Errorf("the Home tab of %s has no button %q", as, label)
	}
	return w.click(as, pointed{view: home.id, actionID: action})
}
