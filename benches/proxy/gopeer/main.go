// Package main is what the stack under oauth2-proxy costs: Go's ReverseProxy behind a sealed cookie, and nothing else.
//
// `gopeer LISTEN UPSTREAM FILE` writes a cookie that it accepts into FILE and forwards whoever shows it. The cookie holds
// a session of 600 bytes under AES-256-GCM, which is opened and read for each request, as oauth2-proxy does without Redis.
package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"io"
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"time"
)

const cookieName = "_gopeer"

// sealedBytes is the size of what is sealed: claims and one access token, as small as those of real providers get.
const sealedBytes = 600

type session struct {
	Email       string
	User        string
	Groups      []string
	ExpiresOn   time.Time
	AccessToken string
}

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: gopeer LISTEN UPSTREAM FILE")
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		log.Fatal(err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		log.Fatal(err)
	}
	seal, err := cipher.NewGCM(block)
	if err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[3], []byte(cookieName+"="+sealed(seal)), 0o600); err != nil {
		log.Fatal(err)
	}
	proxy := forwarder(os.Args[2])
	handler := http.HandlerFunc(func(answer http.ResponseWriter, request *http.Request) {
		found, ok := opened(seal, request)
		if !ok {
			http.Error(answer, "sign in first", http.StatusUnauthorized)
			return
		}
		request.Header.Set("X-Forwarded-Email", found.Email)
		request.Header.Set("X-Forwarded-User", found.User)
		request.Header.Set("X-Forwarded-Groups", strings.Join(found.Groups, ","))
		request.Header.Set("X-Forwarded-Access-Token", found.AccessToken)
		proxy.ServeHTTP(answer, request)
	})
	log.Fatal(http.ListenAndServe(os.Args[1], handler))
}

// forwarder keeps as many connections to the app as there are clients; Go's own two would be unfair.
func forwarder(app string) *httputil.ReverseProxy {
	target, err := url.Parse(app)
	if err != nil {
		log.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{MaxIdleConns: 256, MaxIdleConnsPerHost: 256, DisableCompression: true}
	return proxy
}

func sealed(seal cipher.AEAD) string {
	held := session{
		Email: "max.member@acme.example", User: "max.member", Groups: []string{"staff", "wiki"},
		ExpiresOn: time.Now().Add(24 * time.Hour),
	}
	bare, err := json.Marshal(held)
	if err != nil {
		log.Fatal(err)
	}
	held.AccessToken = strings.Repeat("t", sealedBytes-len(bare))
	plain, err := json.Marshal(held)
	if err != nil {
		log.Fatal(err)
	}
	nonce := make([]byte, seal.NonceSize())
	if _, err := io.ReadFull(rand.Reader, nonce); err != nil {
		log.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(seal.Seal(nonce, nonce, plain, []byte(cookieName)))
}

func opened(seal cipher.AEAD, request *http.Request) (session, bool) {
	var found session
	cookie, err := request.Cookie(cookieName)
	if err != nil {
		return found, false
	}
	raw, err := base64.RawURLEncoding.DecodeString(cookie.Value)
	if err != nil || len(raw) < seal.NonceSize() {
		return found, false
	}
	plain, err := seal.Open(nil, raw[:seal.NonceSize()], raw[seal.NonceSize():], []byte(cookieName))
	if err != nil || json.Unmarshal(plain, &found) != nil {
		return found, false
	}
	return found, time.Now().Before(found.ExpiresOn)
}
