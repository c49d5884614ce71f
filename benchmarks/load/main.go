// A load client that takes little of the machine that it shares with the servers it measures.
//
// It runs units of requests, so many at a time, for some seconds, and prints what it measured as
// JSON. A unit that fails ends it with the status 1 and the reason on standard error.
package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Report has times in milliseconds, of whole units.
type Report struct {
	Count   int     `json:"count"`
	Seconds float64 `json:"seconds"`
	Rps     float64 `json:"rps"`
	P50     float64 `json:"p50_ms"`
	P95     float64 `json:"p95_ms"`
	P99     float64 `json:"p99_ms"`
	Max     float64 `json:"max_ms"`
}

// Load hands out the units in their order, again from the first unless each is good once only.
type Load struct {
	client   *Client
	units    []Unit
	once     bool
	deadline time.Time
	next     atomic.Int64
	failed   atomic.Bool
}

func (load *Load) take() (Unit, bool) {
	number := int(load.next.Add(1)) - 1
	if load.failed.Load() || time.Now().After(load.deadline) {
		return Unit{}, false
	}
	if load.once && number >= len(load.units) {
		return Unit{}, false
	}
	return load.units[number%len(load.units)], true
}

// work runs units until there are no more, and returns how long each took.
func (load *Load) work() ([]time.Duration, error) {
	var times []time.Duration
	var buffer bytes.Buffer
	for {
		unit, more := load.take()
		if !more {
			return times, nil
		}
		started := time.Now()
		if err := load.client.run(unit, &buffer); err != nil {
			load.failed.Store(true)
			return times, err
		}
		times = append(times, time.Since(started))
	}
}

func (load *Load) run(concurrency int) ([]time.Duration, error) {
	var group sync.WaitGroup
	times, failures := make([][]time.Duration, concurrency), make([]error, concurrency)
	for worker := range times {
		group.Add(1)
		go func() {
			defer group.Done()
			times[worker], failures[worker] = load.work()
		}()
	}
	group.Wait()
	for _, failure := range failures {
		if failure != nil {
			return nil, failure
		}
	}
	return slices.Concat(times...), nil
}

func report(times []time.Duration, taken time.Duration) Report {
	slices.Sort(times)
	at := func(share float64) float64 {
		return times[int(share*float64(len(times)-1))].Seconds() * 1000
	}
	rps := float64(len(times)) / taken.Seconds()
	return Report{len(times), taken.Seconds(), rps, at(0.5), at(0.95), at(0.99), at(1)}
}

func main() {
	url := flag.String("url", "", "where the server is")
	path := flag.String("units", "", "a file of units, one a line")
	concurrency := flag.Int("concurrency", 1, "units under way at a time")
	seconds := flag.Float64("seconds", 2, "how long units are begun")
	once := flag.Bool("once", false, "use each unit once, and end when there are no more")
	show := flag.Bool("show", false, "instead, run each unit once and print the answers, one a line")
	flag.Parse()
	units, err := readUnits(*path)
	if err == nil && *show {
		err = showAnswers(newClient(*url, 1), units)
	} else if err == nil {
		deadline := time.Now().Add(time.Duration(*seconds * float64(time.Second)))
		client := newClient(*url, *concurrency)
		load := &Load{client: client, units: units, once: *once, deadline: deadline}
		err = measure(load, *concurrency)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func showAnswers(client *Client, units []Unit) error {
	client.each = func(answer []byte) error {
		var line bytes.Buffer
		if err := json.Compact(&line, answer); err != nil {
			return err
		}
		_, err := fmt.Println(line.String())
		return err
	}
	var buffer bytes.Buffer
	for _, unit := range units {
		if err := client.run(unit, &buffer); err != nil {
			return err
		}
	}
	return nil
}

func measure(load *Load, concurrency int) error {
	started := time.Now()
	times, err := load.run(concurrency)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(report(times, time.Since(started)))
}
