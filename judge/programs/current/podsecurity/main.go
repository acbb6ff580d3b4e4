// The API server's own Pod Security evaluator, on pod templates from standard input, each at the level of its namespace.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

type template struct {
	Object   string            `json:"object"`
	Level    string            `json:"level"`
	Version  string            `json:"version"`
	Metadata metav1.ObjectMeta `json:"metadata"`
	Spec     corev1.PodSpec    `json:"spec"`
}

type verdict struct {
	Object    string      `json:"object"`
	Checks    int         `json:"checks"`
	Forbidden []forbidden `json:"forbidden"`
}

type forbidden struct {
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

func main() {
	if err := judge(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func judge() error {
	var templates []template
	if err := json.NewDecoder(os.Stdin).Decode(&templates); err != nil {
		return err
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	verdicts := make([]verdict, 0, len(templates))
	for _, each := range templates {
		level, err := api.ParseLevel(each.Level)
		if err != nil {
			return fmt.Errorf("%s: %w", each.Object, err)
		}
		version, err := api.ParseVersion(each.Version)
		if err != nil {
			return fmt.Errorf("%s: %w", each.Object, err)
		}
		results := evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: version}, &each.Metadata, &each.Spec)
		found := verdict{Object: each.Object, Checks: len(results), Forbidden: []forbidden{}}
		for _, result := range results {
			if !result.Allowed {
				found.Forbidden = append(found.Forbidden, forbidden{result.ForbiddenReason, result.ForbiddenDetail})
			}
		}
		verdicts = append(verdicts, found)
	}
	return json.NewEncoder(os.Stdout).Encode(verdicts)
}
