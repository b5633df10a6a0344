// Command candour is the portal of a regional shared health and care record: the
// server, its demo, and the tools of those who run it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

var version = "dev" // set by the build

// exit is an error that carries the code the process ends with.
type exit interface {
	error
	ExitCode() int
}

func main() {
	os.Exit(run(os.Args[1:]))
}

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cli := &CLI{}
	parser, err := newParser(cli)
	if err != nil {
		fmt.Fprintln(os.Stderr, "candour:", err)
		return 1
	}
	k, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "candour:", err)
		fmt.Fprintln(os.Stderr, "candour --help lists the commands")
		return 1
	}
	if err := refuseUnknownEnvironment(parser.Model); err != nil {
		fmt.Fprintln(os.Stderr, "candour:", err)
		return 1
	}
	k.BindTo(ctx, (*context.Context)(nil))
	err = k.Run(cli, parser, k)
	var coded exit
	switch {
	case err == nil:
		return 0
	case errors.As(err, &coded):
		if text := coded.Error(); text != "" {
			fmt.Fprintln(os.Stderr, "candour:", text)
		}
		return coded.ExitCode()
	default:
		fmt.Fprintln(os.Stderr, "candour:", err)
		return 1
	}
}
