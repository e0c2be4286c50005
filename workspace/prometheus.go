package workspace

import (
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"
)

// routeMetrics serves what stands in for Prometheus: its queries, as far as a
// chat-ops bot asks them, over series that are functions of time.
func (w *Workspace) routeMetrics() {
	w.usualGauges()
	for path, do := range map[string]func(*vendorCall, url.Values) (string, []series, error){"query_range": queryRange, "query": queryNow} {
		serve := w.vendor("prometheus."+path, asked(do))
		w.mux.HandleFunc("GET /prometheus/api/v1/"+path, serve)
		w.mux.HandleFunc("POST /prometheus/api/v1/"+path, serve)
	}
	w.mux.HandleFunc("GET /prometheus/-/ready", func(rw http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(rw, "Prometheus Server is Ready.\n") // the caller is gone: nothing to do
	})
}

// series is one line of an answer.
type series struct {
	labels map[string]string
	points []point
}

type point struct {
	at    time.Time
	value float64
}

// asked reads what is asked, in the address or in a form, and answers as
// Prometheus does.
func asked(do func(*vendorCall, url.Values) (string, []series, error)) func(*vendorCall) vendorAnswer {
	return func(c *vendorCall) vendorAnswer {
		form := c.URL.Query()
		if kind, _, _ := mime.ParseMediaType(c.Header.Get("Content-Type")); c.Method == http.MethodPost && kind == "application/x-www-form-urlencoded" {
			body, err := url.ParseQuery(string(c.body))
			if err != nil {
				return badData(err)
			}
			for key, values := range body { // they come before those in the address
				form[key] = append(values, form[key]...)
			}
		}
		if text := form.Get("timeout"); text != "" {
			if _, err := stepOf(text); err != nil {
				return badData(fmt.Errorf(`invalid parameter "timeout": %w`, err))
			}
		}
		kind, all, err := do(c, form)
		if err != nil {
			return badData(err)
		}
		return vendorAnswer{http.StatusOK, object{"status": "success", "data": object{"resultType": kind, "result": resultOf(kind, all)}}}
	}
}

func badData(err error) vendorAnswer {
	return vendorAnswer{http.StatusBadRequest, object{"status": "error", "errorType": "bad_data", "error": err.Error()}}
}

func resultOf(kind string, all []series) []object {
	result := []object{}
	for _, s := range all {
		var values [][2]any
		for _, p := range s.points {
			values = append(values, [2]any{float64(p.at.UnixMilli()) / 1000, strconv.FormatFloat(p.value, 'f', -1, 64)})
		}
		if kind == "vector" {
			result = append(result, object{"metric": s.labels, "value": values[0]})
		} else {
			result = append(result, object{"metric": s.labels, "values": values})
		}
	}
	return result
}

// pointsMost is how many steps a range may have.
const pointsMost = 11000

func queryRange(c *vendorCall, form url.Values) (string, []series, error) {
	start, err := instantOf(form.Get("start"))
	if err != nil {
		return "", nil, fmt.Errorf(`invalid parameter "start": %w`, err)
	}
	end, err := instantOf(form.Get("end"))
	if err != nil {
		return "", nil, fmt.Errorf(`invalid parameter "end": %w`, err)
	}
	if end.Before(start) {
		return "", nil, errors.New(`invalid parameter "end": end timestamp must not be before start time`)
	}
	step, err := stepOf(form.Get("step"))
	if err == nil && step <= 0 {
		err = errors.New("zero or negative query resolution step widths are not accepted. Try a positive integer")
	}
	if err != nil {
		return "", nil, fmt.Errorf(`invalid parameter "step": %w`, err)
	}
	if end.Sub(start)/step > pointsMost {
		return "", nil, errors.New("exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)")
	}
	all, err := c.evaluate(form.Get("query"), start, end, step)
	return "matrix", all, err
}

func queryNow(c *vendorCall, form url.Values) (string, []series, error) {
	at := c.now()
	if text := form.Get("time"); text != "" {
		var err error
		if at, err = instantOf(text); err != nil {
			return "", nil, fmt.Errorf(`invalid parameter "time": Invalid time value for 'time': %w`, err)
		}
	}
	all, err := c.evaluate(form.Get("query"), at, at, time.Second)
	return "vector", all, err
}

// instantOf reads a time as Prometheus does: seconds since 1970, or RFC 3339.
func instantOf(text string) (time.Time, error) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(seconds) && math.Abs(seconds) < 1e11 {
		return time.UnixMilli(int64(math.Round(seconds * 1000))).UTC(), nil
	}
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at, nil
	}
	return time.Time{}, fmt.Errorf("cannot parse %q to a valid timestamp", text)
}

var spanShape = regexp.MustCompile(`^(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$`)

// stepOf reads a span of time: seconds, or such as 1h30m, in whole numbers; not
// days and longer.
func stepOf(text string) (time.Duration, error) {
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && math.Abs(seconds) < 1e9 {
		return time.Duration(seconds * float64(time.Second)), nil
	}
	if d, err := time.ParseDuration(text); err == nil && spanShape.MatchString(text) {
		return d, nil
	}
	return 0, fmt.Errorf("cannot parse %q to a valid duration", text)
}
