package main

import (
	"context"
	"errors"
	"log"
	"os"
	"path/filepath"
	"strings"
	"time"

	v1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

const (
	provisioner   = "bulwark.dev/local"
	provisionedBy = "pv.kubernetes.io/provisioned-by"
	selectedNode  = "volume.kubernetes.io/selected-node"
)

// serveVolumesAndAddresses is what a cloud would give a cluster: a volume for each claim of a StorageClass whose
// provisioner is bulwark.dev/local, and an address for each Service of type LoadBalancer.
// Environment: KUBECONFIG, VOLUMES (folder), SERVICE_PREFIX and LOAD_BALANCER_PREFIX (such as "10.96." and "10.241.").
func serveVolumesAndAddresses() error {
	client, err := connect()
	if err != nil {
		return err
	}
	ctx := context.Background()
	for ; ; time.Sleep(300 * time.Millisecond) {
		if err := errors.Join(provision(ctx, client), reclaim(ctx, client), assignAddresses(ctx, client)); err != nil {
			log.Print(err)
		}
	}
}

func provision(ctx context.Context, client kubernetes.Interface) error {
	classes, err := client.StorageV1().StorageClasses().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	policies := map[string]v1.PersistentVolumeReclaimPolicy{}
	for _, class := range classes.Items {
		if class.Provisioner == provisioner && class.ReclaimPolicy != nil {
			policies[class.Name] = *class.ReclaimPolicy
		}
	}
	claims, err := client.CoreV1().PersistentVolumeClaims("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, claim := range claims.Items {
		node := claim.Annotations[selectedNode]
		if claim.Spec.StorageClassName == nil || claim.Spec.VolumeName != "" || node == "" || claim.DeletionTimestamp != nil {
			continue
		}
		policy, ours := policies[*claim.Spec.StorageClassName]
		if !ours {
			continue
		}
		volume := volumeFor(claim, node, policy)
		folder := volume.Spec.Local.Path
		if err := os.MkdirAll(folder, 0o777); err != nil {
			return err
		}
		if err := os.Chmod(folder, 0o777); err != nil { // MkdirAll obeys the umask
			return err
		}
		if _, err := client.CoreV1().PersistentVolumes().Create(ctx, volume, metav1.CreateOptions{}); err == nil {
			log.Printf("provisioned %s for %s/%s on %s", volume.Name, claim.Namespace, claim.Name, node)
		} else if !apierrors.IsAlreadyExists(err) {
			return err
		}
	}
	return nil
}

func volumeFor(claim v1.PersistentVolumeClaim, node string, policy v1.PersistentVolumeReclaimPolicy) *v1.PersistentVolume {
	name := "pvc-" + string(claim.UID)
	onNode := v1.NodeSelectorRequirement{Key: v1.LabelHostname, Operator: v1.NodeSelectorOpIn, Values: []string{node}}
	return &v1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{Name: name, Annotations: map[string]string{provisionedBy: provisioner}},
		Spec: v1.PersistentVolumeSpec{
			Capacity:                      claim.Spec.Resources.Requests,
			AccessModes:                   claim.Spec.AccessModes,
			VolumeMode:                    claim.Spec.VolumeMode,
			PersistentVolumeReclaimPolicy: policy,
			StorageClassName:              *claim.Spec.StorageClassName,
			ClaimRef: &v1.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
			PersistentVolumeSource: v1.PersistentVolumeSource{
				Local: &v1.LocalVolumeSource{Path: filepath.Join(os.Getenv("VOLUMES"), name)},
			},
			NodeAffinity: &v1.VolumeNodeAffinity{Required: &v1.NodeSelector{
				NodeSelectorTerms: []v1.NodeSelectorTerm{{MatchExpressions: []v1.NodeSelectorRequirement{onNode}}},
			}},
		},
	}
}

func reclaim(ctx context.Context, client kubernetes.Interface) error {
	volumes, err := client.CoreV1().PersistentVolumes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, volume := range volumes.Items {
		if volume.Annotations[provisionedBy] != provisioner || volume.Status.Phase != v1.VolumeReleased ||
			volume.Spec.PersistentVolumeReclaimPolicy != v1.PersistentVolumeReclaimDelete {
			continue
		}
		if err := os.RemoveAll(volume.Spec.Local.Path); err != nil {
			return err
		}
		if err := client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, metav1.DeleteOptions{}); err != nil && !apierrors.IsNotFound(err) {
			return err
		}
		log.Printf("deleted %s", volume.Name)
	}
	return nil
}

// assignAddresses mirrors a Service's cluster address into the load balancer range (10.96.1.2 becomes 10.241.1.2), so
// that no address needs to be remembered. kube-proxy serves it and the machine routes the range to the node.
func assignAddresses(ctx context.Context, client kubernetes.Interface) error {
	services, err := client.CoreV1().Services("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	for _, service := range services.Items {
		host, known := strings.CutPrefix(service.Spec.ClusterIP, os.Getenv("SERVICE_PREFIX"))
		if service.Spec.Type != v1.ServiceTypeLoadBalancer || service.Spec.LoadBalancerClass != nil || !known ||
			len(service.Status.LoadBalancer.Ingress) > 0 {
			continue
		}
		service.Status.LoadBalancer.Ingress = []v1.LoadBalancerIngress{{IP: os.Getenv("LOAD_BALANCER_PREFIX") + host}}
		if _, err := client.CoreV1().Services(service.Namespace).UpdateStatus(ctx, &service, metav1.UpdateOptions{}); err != nil && !apierrors.IsConflict(err) {
			return err
		}
	}
	return nil
}
