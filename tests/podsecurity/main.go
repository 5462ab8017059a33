// Says of pods which Pod Security Standards they meet, by the very code of Kubernetes' admission.
//
// Called with the minor versions to ask about, as in `podsecurity 25 37`. Reads a pod as JSON from each
// line of standard input, and writes a line for each:
// {"name": …, "baseline": [met, …], "restricted": [met, …]}, one answer for each version.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

type answer struct {
	Name       string `json:"name"`
	Baseline   []bool `json:"baseline"`
	Restricted []bool `json:"restricted"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	var minors []int
	for _, text := range os.Args[1:] {
		minor, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		minors = append(minors, minor)
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var pod corev1.Pod
		if err := json.Unmarshal(lines.Bytes(), &pod); err != nil {
			return fmt.Errorf("%w in %s", err, lines.Text())
		}
		meets := func(level api.Level) []bool {
			met := make([]bool, 0, len(minors))
			for _, minor := range minors {
				wanted := api.LevelVersion{Level: level, Version: api.MajorMinorVersion(1, minor)}
				results := evaluator.EvaluatePod(wanted, &pod.ObjectMeta, &pod.Spec)
				met = append(met, policy.AggregateCheckResults(results).Allowed)
			}
			return met
		}
		one := answer{pod.Name, meets(api.LevelBaseline), meets(api.LevelRestricted)}
		if err := out.Encode(one); err != nil {
			return err
		}
	}
	return lines.Err()
}
