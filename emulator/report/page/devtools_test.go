package page

import (
	"bufio"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// browser is a headless Chromium, spoken to in the DevTools protocol over a pipe: JSON with a zero byte after each message.
type browser struct {
	t     testing.TB
	write io.Writer

	mu      sync.Mutex
	last    int
	answers map[int]chan message
	events  map[string][]func(message) // by session
}

type message struct {
	ID        int             `json:"id,omitempty"`
	SessionID string          `json:"sessionId,omitempty"`
	Method    string          `json:"method,omitempty"`
	Params    json.RawMessage `json:"params,omitempty"`
	Result    json.RawMessage `json:"result,omitempty"`
	Error     *struct {
		Message string `json:"message"`
	} `json:"error,omitempty"`
}

const answerLimit = time.Minute

// startBrowser starts Chromium, and ends it with the test.
func startBrowser(t testing.TB) *browser {
	t.Helper()
	i := slices.IndexFunc([]string{"chromium", "chromium-browser", "google-chrome"}, func(name string) bool { _, err := exec.LookPath(name); return err == nil })
	if i < 0 {
		t.Fatal("this test looks at the page in Chromium: install Debian's package chromium")
	}
	toBrowser, ourWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ourRead, fromBrowser, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	profile, err := os.MkdirTemp("", "ecslocal-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command([]string{"chromium", "chromium-browser", "google-chrome"}[i], "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
		"--disable-dev-shm-usage", "--remote-debugging-pipe", "--user-data-dir="+profile, "about:blank")
	command.ExtraFiles = []*os.File{toBrowser, fromBrowser} // 3 and 4
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	toBrowser.Close()
	fromBrowser.Close()
	b := &browser{t: t, write: ourWrite, answers: map[int]chan message{}, events: map[string][]func(message){}}
	t.Cleanup(func() {
		_, _ = io.WriteString(ourWrite, `{"id":999999,"method":"Browser.close"}`+"\x00") // kindly first: it has children
		ended := make(chan struct{})
		go func() { _ = command.Wait(); close(ended) }()
		select {
		case <-ended:
		case <-time.After(10 * time.Second):
			_ = command.Process.Kill()
			<-ended
		}
		ourWrite.Close()
		ourRead.Close()
		for range 20 { // its children may still write
			if os.RemoveAll(profile) == nil {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
	})
	go b.listen(ourRead)
	return b
}

func (b *browser) listen(from io.Reader) {
	for reader := bufio.NewReader(from); ; {
		text, err := reader.ReadBytes(0)
		if err != nil {
			return
		}
		var m message
		if json.Unmarshal(text[:len(text)-1], &m) != nil {
			continue
		}
		b.mu.Lock()
		answer, handlers := b.answers[m.ID], slices.Clone(b.events[m.SessionID])
		b.mu.Unlock()
		if m.ID != 0 && answer != nil {
			answer <- m
			continue
		}
		for _, h := range handlers {
			h(m)
		}
	}
}

// call calls a method and decodes its result.
func (b *browser) call(session, method string, params, result any) {
	b.t.Helper()
	encoded, err := json.Marshal(params)
	if err != nil {
		b.t.Fatal(err)
	}
	b.mu.Lock()
	b.last++
	id := b.last
	answer := make(chan message, 1)
	b.answers[id] = answer
	text, _ := json.Marshal(message{ID: id, SessionID: session, Method: method, Params: encoded})
	_, err = b.write.Write(append(text, 0))
	b.mu.Unlock()
	if err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	select {
	case m := <-answer:
		if m.Error != nil {
			b.t.Fatalf("%s: %s", method, m.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(m.Result, result); err != nil {
				b.t.Fatalf("%s: %v", method, err)
			}
		}
	case <-time.After(answerLimit):
		b.t.Fatalf("%s: no answer within %v", method, answerLimit)
	}
}

// tab is a page that was opened. It gathers what the browser complains of.
type tab struct {
	*browser
	session string

	gathered sync.Mutex
	wrong    []string
}

type object = map[string]any

// open loads a file of the page, in a scheme (light or dark) and a size.
func (b *browser) open(path, scheme string, width, height int) *tab {
	b.t.Helper()
	var target struct{ TargetID string }
	b.call("", "Target.createTarget", object{"url": "about:blank"}, &target)
	var attached struct{ SessionID string }
	b.call("", "Target.attachToTarget", object{"targetId": target.TargetID, "flatten": true}, &attached)
	p := &tab{browser: b, session: attached.SessionID}
	loaded := make(chan struct{}, 1)
	b.mu.Lock()
	b.events[p.session] = append(b.events[p.session], func(m message) {
		if m.Method == "Page.loadEventFired" {
			select {
			case loaded <- struct{}{}:
			default:
			}
		}
		p.judge(m)
	})
	b.mu.Unlock()
	for _, domain := range []string{"Log", "Runtime", "Page", "Network", "Audits"} {
		b.call(p.session, domain+".enable", object{}, nil)
	}
	b.call(p.session, "Emulation.setEmulatedMedia", object{"features": []object{{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	b.call(p.session, "Emulation.setDeviceMetricsOverride", object{"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call(p.session, "Page.navigate", object{"url": "file://" + path}, nil)
	select {
	case <-loaded:
	case <-time.After(answerLimit):
		b.t.Fatalf("%s was not loaded within %v", path, answerLimit)
	}
	return p
}

// judge notes whatever a page of ours must not cause.
func (p *tab) judge(m message) {
	bad := false
	switch m.Method {
	case "Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Page.javascriptDialogOpening":
		bad = true
	case "Audits.issueAdded":
		bad = strings.Contains(string(m.Params), "ContentSecurityPolicyIssue")
	case "Network.requestWillBeSent":
		var sent struct{ Request struct{ URL string } }
		_ = json.Unmarshal(m.Params, &sent)
		bad = !strings.HasPrefix(sent.Request.URL, "file://") && !strings.HasPrefix(sent.Request.URL, "data:")
	}
	if bad {
		p.gathered.Lock()
		p.wrong = append(p.wrong, m.Method+" "+string(m.Params))
		p.gathered.Unlock()
	}
}

// complaints are what the browser has complained of so far.
func (p *tab) complaints() []string {
	p.eval("1") // what came before the answer has been seen
	p.gathered.Lock()
	defer p.gathered.Unlock()
	return slices.Clone(p.wrong)
}

// eval is the value of an expression, or of the promise that it is, as text.
func (p *tab) eval(expression string) string {
	p.t.Helper()
	var answer struct {
		Result           struct{ Value any }
		ExceptionDetails any
	}
	p.call(p.session, "Runtime.evaluate", object{"expression": expression, "returnByValue": true, "awaitPromise": true}, &answer)
	if answer.ExceptionDetails != nil {
		p.t.Fatalf("%s: %v", expression, answer.ExceptionDetails)
	}
	return fmt.Sprint(answer.Result.Value)
}

// press presses a key.
func (p *tab) press(key string) {
	p.t.Helper()
	for _, kind := range []string{"keyDown", "keyUp"} {
		p.call(p.session, "Input.dispatchKeyEvent", object{"type": kind, "key": key, "code": key}, nil)
	}
}

// screenshot keeps a picture of the whole page as an artefact of the test (go test -artifacts).
func (p *tab) screenshot(t *testing.T, name string) {
	t.Helper()
	var shot struct{ Data string }
	p.call(p.session, "Page.captureScreenshot", object{"format": "png", "captureBeyondViewport": true}, &shot)
	picture, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		t.Fatal(err)
	}
	if len(picture) < 20_000 {
		t.Errorf("the picture of %s has only %d bytes: is the page empty?", name, len(picture))
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}

// pdf is the page on paper.
func (p *tab) pdf(t *testing.T, name string) []byte {
	t.Helper()
	var printed struct{ Data string }
	p.call(p.session, "Page.printToPDF", object{"preferCSSPageSize": true}, &printed)
	document, err := base64.StdEncoding.DecodeString(printed.Data)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+".pdf"), document, 0o644); err != nil {
		t.Fatal(err)
	}
	return document
}
