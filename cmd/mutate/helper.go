package main

// helper is the file that the overlay adds to a package.
func helper(pkg string) string {
	return `package ` + pkg + `

import (
	"os"
	"strconv"
	"sync/atomic"
)

var mutantNow = func() int { n, _ := strconv.Atoi(os.Getenv("MUTANT")); return n }()

var mutantReached = func() *os.File {
	name := os.Getenv("MUTANT_REACHED")
	if name == "" {
		return nil
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		panic(err)
	}
	return f
}()

var mutantSeen [1 << 14]atomic.Bool

func mutantReach(id int) {
	if mutantReached != nil && id > 0 && !mutantSeen[id].Swap(true) {
		_, _ = mutantReached.WriteString(strconv.Itoa(id) + "\n")
	}
}

func mutantCondition(yes, no, inverse int, is bool) bool {
	mutantReach(inverse)
	switch mutantNow {
	case 0:
		return is
	case yes:
		return true
	case no:
		return false
	case inverse:
		return !is
	}
	return is
}

func mutantValue[T any](id int, is, other T) T {
	mutantReach(id)
	if mutantNow == id {
		return other
	}
	return is
}
`
}
