// Command kv is a database of the smallest kind, for examples with a neighbour: it keeps texts by key in memory, and speaks HTTP on port 5432.
// GET /KEY reads and PUT /KEY writes; arguments KEY=TEXT are there from the beginning.
package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"sync"
)

func main() {
	var rows sync.Map
	for _, argument := range os.Args[1:] {
		key, value, _ := strings.Cut(argument, "=")
		rows.Store(key, value)
	}
	http.HandleFunc("GET /{key}", func(w http.ResponseWriter, r *http.Request) {
		value, ok := rows.Load(r.PathValue("key"))
		if !ok {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, value)
	})
	http.HandleFunc("PUT /{key}", func(w http.ResponseWriter, r *http.Request) {
		value, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		rows.Store(r.PathValue("key"), string(value))
	})
	fmt.Println("ready to accept connections")
	log.Fatal(http.ListenAndServe(":5432", nil))
}
