package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"
)

// CompletionCmd prints a completion script made from the commands themselves.
type CompletionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish" help:"bash, zsh or fish."`
}

// Run writes the script for the shell to standard output.
func (c CompletionCmd) Run(parser *kong.Kong) error {
	words := completionWords(parser.Model.Node)
	switch c.Shell {
	case "fish":
		for _, n := range parser.Model.Children {
			fmt.Printf("complete -c candour -n __fish_use_subcommand -f -a %s -d %s\n", n.Name, quote(n.Help))
			for _, f := range n.Flags {
				fmt.Printf("complete -c candour -n '__fish_seen_subcommand_from %s' -l %s -d %s\n", n.Name, f.Name, quote(f.Help))
			}
		}
	case "zsh":
		fmt.Println("autoload -U +X bashcompinit && bashcompinit")
		fallthrough
	default:
		fmt.Println("_candour() {")
		fmt.Println(`  local cur="${COMP_WORDS[COMP_CWORD]}" words=""`)
		fmt.Println(`  case "${COMP_WORDS[1]:-}" in`)
		for _, n := range parser.Model.Children {
			fmt.Printf("    %s) words=%s ;;\n", n.Name, quote(strings.Join(completionWords(n), " ")))
		}
		fmt.Printf("    *) words=%s ;;\n", quote(strings.Join(words, " ")))
		fmt.Println("  esac")
		fmt.Println(`  COMPREPLY=($(compgen -W "$words" -- "$cur") $(compgen -f -- "$cur"))`)
		fmt.Println("}")
		fmt.Println("complete -F _candour candour")
	}
	return nil
}

func completionWords(n *kong.Node) []string {
	var out []string
	for _, c := range n.Children {
		out = append(out, c.Name)
	}
	for _, p := range n.Positional {
		out = append(out, p.EnumSlice()...)
	}
	nodes := []*kong.Node{n}
	if n.Parent != nil { // a command's own commands: migrate up, audit verify
		nodes = append(nodes, n.Children...)
	}
	seen := map[string]bool{}
	for _, node := range nodes {
		for _, f := range node.Flags {
			if !seen[f.Name] {
				seen[f.Name] = true
				out = append(out, "--"+f.Name)
			}
		}
	}
	return out
}

func quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
