//go:build tools

// Package h2spec pins what h2spec is built from: it has no module of its own, and its newest dependencies want a newer Go than
// Debian 12's 1.19. After a change, `go mod tidy` with that Go.
package h2spec

import _ "github.com/summerwind/h2spec/cmd/h2spec"
