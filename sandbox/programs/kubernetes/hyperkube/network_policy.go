package main

import (
	"os"
	"sync"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/controllers/netpol"
	"github.com/cloudnativelabs/kube-router/v2/pkg/healthcheck"
	"github.com/cloudnativelabs/kube-router/v2/pkg/options"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

func connect() (*kubernetes.Clientset, error) {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		return nil, err
	}
	return kubernetes.NewForConfig(config)
}

// enforceNetworkPolicies runs kube-router's NetworkPolicy controller alone, until the process is stopped.
// Environment: KUBECONFIG, NODE_NAME, SERVICE_CIDR.
func enforceNetworkPolicies() error {
	client, err := connect()
	if err != nil {
		return err
	}
	config := options.NewKubeRouterConfig()
	config.EnableIPv4, config.RunFirewall, config.HostnameOverride = true, true, os.Getenv("NODE_NAME")
	config.ClusterIPCIDRs, config.IPTablesSyncPeriod = []string{os.Getenv("SERVICE_CIDR")}, 30*time.Second

	stop := make(chan struct{})
	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	policies := factory.Networking().V1().NetworkPolicies().Informer()
	namespaces := factory.Core().V1().Namespaces().Informer()
	factory.Start(stop)
	factory.WaitForCacheSync(stop)

	iptables, ipsets, err := netpol.NewIPTablesHandlers(config)
	if err != nil {
		return err
	}
	var ipsetMutex sync.Mutex
	controller, err := netpol.NewNetworkPolicyController(client, config, pods, policies, namespaces, &ipsetMutex, iptables, ipsets)
	if err != nil {
		return err
	}
	for _, watch := range []func() error{
		func() error { _, err := pods.AddEventHandler(controller.PodEventHandler); return err },
		func() error { _, err := policies.AddEventHandler(controller.NetworkPolicyEventHandler); return err },
		func() error { _, err := namespaces.AddEventHandler(controller.NamespaceEventHandler); return err },
	} {
		if err := watch(); err != nil {
			return err
		}
	}
	health := make(chan *healthcheck.ControllerHeartbeat, 10)
	go func() {
		for range health { // the controller blocks when nobody reads its heartbeats
		}
	}()
	var group sync.WaitGroup
	group.Add(1)
	controller.Run(health, stop, &group)
	return nil
}
