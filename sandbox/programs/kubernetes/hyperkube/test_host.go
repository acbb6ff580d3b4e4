package main

import (
	"encoding/json"
	"io"
	"log"
	"net"
	"net/http"
	"os"
)

// serveTestHost answers HTTP on port 80 with who asked for what, and echoes on TCP port 7. What reaches it is logged:
// the log is the evidence of what got through. Environment: HOST_NAME.
func serveTestHost() error {
	echo, err := net.Listen("tcp", ":7")
	if err != nil {
		return err
	}
	go func() {
		for {
			connection, err := echo.Accept()
			if err != nil {
				return
			}
			log.Printf("echo %s", connection.RemoteAddr())
			go func() {
				defer connection.Close()
				_, _ = io.Copy(connection, connection)
			}()
		}
	}()
	return http.ListenAndServe(":80", http.HandlerFunc(func(response http.ResponseWriter, request *http.Request) {
		log.Printf("http %s %s %s", request.RemoteAddr, request.Method, request.URL.Path)
		response.Header().Set("Content-Type", "application/json")
		peer, _, _ := net.SplitHostPort(request.RemoteAddr)
		_ = json.NewEncoder(response).Encode(map[string]string{"host": os.Getenv("HOST_NAME"), "peer": peer, "path": request.URL.Path})
	}))
}
