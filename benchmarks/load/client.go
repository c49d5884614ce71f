package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// A request that takes longer has failed.
const patience = 30 * time.Second

// Client keeps its connections open, one for each unit that is under way. What it is answered goes to
// each, if there is one.
type Client struct {
	url  string
	http http.Client
	each func(answer []byte) error
}

func newClient(url string, concurrency int) *Client {
	transport := &http.Transport{MaxIdleConnsPerHost: concurrency, DisableCompression: true}
	return &Client{url: url, http: http.Client{Transport: transport, Timeout: patience}}
}

// run sends the requests of a unit one after the other, up to the first that fails.
func (client *Client) run(unit Unit, buffer *bytes.Buffer) error {
	captured := map[string]string{}
	for _, request := range unit.Requests {
		if err := client.send(request, captured, buffer); err != nil {
			return fmt.Errorf("%s: %w", request.Path, err)
		}
	}
	return nil
}

func (client *Client) send(
	request Request, captured map[string]string, buffer *bytes.Buffer,
) error {
	body := strings.NewReader(filled(request.Body, captured))
	sent, err := http.NewRequest(request.Method, client.url+request.Path, body)
	if err != nil {
		return err
	}
	for name, value := range request.Headers {
		sent.Header.Set(name, filled(value, captured))
	}
	response, err := client.http.Do(sent)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	buffer.Reset()
	if _, err := io.Copy(buffer, response.Body); err != nil {
		return err
	}
	answer := buffer.Bytes()
	if err := check(response.StatusCode, answer, request.Expect); err != nil {
		return err
	}
	if client.each != nil {
		if err := client.each(answer); err != nil {
			return err
		}
	}
	if len(request.Captures) == 0 {
		return nil
	}
	return capture(answer, request.Captures, captured)
}

func check(status int, answer []byte, expect string) error {
	if status != http.StatusOK {
		return fmt.Errorf("status %d: %s", status, shortened(answer))
	}
	if hasErrors(answer) {
		return fmt.Errorf("errors in %s", shortened(answer))
	}
	if !bytes.Contains(answer, []byte(expect)) {
		return fmt.Errorf("no %s in %s", expect, shortened(answer))
	}
	return nil
}

// hasErrors finds errors of the answer or of a mutation's payload without reading it as JSON, which
// would take more time than some servers. A text inside of a string has its quotes escaped.
func hasErrors(answer []byte) bool {
	key := []byte(`"errors":`)
	for {
		at := bytes.Index(answer, key)
		if at < 0 {
			return false
		}
		answer = bytes.TrimLeft(answer[at+len(key):], " ")
		if !bytes.HasPrefix(answer, []byte("[]")) {
			return true
		}
	}
}

func shortened(answer []byte) []byte {
	return answer[:min(len(answer), 500)]
}
