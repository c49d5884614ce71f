package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"
)

// Unit is what one client does, from its first request to its last; a line of the units' file.
type Unit struct {
	Requests []Request `json:"requests"`
}

// Request is sent after what earlier answers of the same unit gave has been put into its body and
// headers, where they say {{name}}. Captures are paths into its answer by such names; Expect is a
// text that the answer has to hold.
type Request struct {
	Method   string            `json:"method"`
	Path     string            `json:"path"`
	Headers  map[string]string `json:"headers"`
	Body     string            `json:"body"`
	Captures map[string]string `json:"captures"`
	Expect   string            `json:"expect"`
}

func readUnits(path string) ([]Unit, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var units []Unit
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		var unit Unit
		if err := json.Unmarshal(lines.Bytes(), &unit); err != nil {
			return nil, err
		}
		units = append(units, unit)
	}
	if len(units) == 0 {
		return nil, fmt.Errorf("%s holds no units", path)
	}
	return units, lines.Err()
}

func filled(text string, captured map[string]string) string {
	for name, value := range captured {
		text = strings.ReplaceAll(text, "{{"+name+"}}", value)
	}
	return text
}

// capture reads values out of an answer by paths such as data.cartCreate.cart.id.
func capture(answer []byte, paths map[string]string, captured map[string]string) error {
	var whole any
	if err := json.Unmarshal(answer, &whole); err != nil {
		return err
	}
	for name, path := range paths {
		found := whole
		for _, key := range strings.Split(path, ".") {
			fields, _ := found.(map[string]any)
			found = fields[key]
		}
		if found == nil {
			return fmt.Errorf("no %s in %s", path, shortened(answer))
		}
		captured[name] = fmt.Sprint(found)
	}
	return nil
}
