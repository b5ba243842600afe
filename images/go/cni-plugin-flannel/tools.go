//go:build tools

// Package tools names the programs that this module pins. It is never compiled.
package tools

import (
	_ "github.com/containernetworking/plugins/plugins/meta/flannel"
)
