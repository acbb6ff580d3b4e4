// The whole, as for production: an application and its PostgreSQL database behind all five layers.
package main

import (
	"example.com/pulumi-bulwark/sdk/go/bulwark"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		settings := config.New(ctx, "")
		localPort := settings.RequireFloat64("localPort")
		shop, err := bulwark.NewSecureApplication(ctx, "shop", &bulwark.SecureApplicationArgs{
			Workload: bulwark.ApplicationWorkloadArgsArgs{
				Image:    pulumi.String(settings.Require("image")),
				Replicas: pulumi.Float64(3),
				Resources: &bulwark.ComputeResourcesArgsArgs{
					CpuRequest:  pulumi.String("250m"),
					MemoryLimit: pulumi.String("512Mi"),
				},
			},
			Cluster: &bulwark.ClusterArgsArgs{
				RequireImmutableImages: pulumi.BoolRef(true),
				Guardrails: &bulwark.ApplicationGuardrailsArgsArgs{
					Action:            bulwark.GuardrailActionEnforce,
					AllowedRegistries: pulumi.ToStringArray([]string{"ghcr.io/example"}),
				},
			},
			Ingress: &bulwark.ApplicationIngressArgsArgs{
				Host: pulumi.String(settings.Require("host")),
				Tls:  &bulwark.IngressTlsArgsArgs{ClusterIssuer: pulumi.String("letsencrypt")},
			},
			Database: &bulwark.ApplicationDatabaseArgsArgs{
				ProtectData:       pulumi.BoolRef(true),
				StorageSize:       pulumi.String("100Gi"),
				MinimumTlsVersion: bulwark.TlsVersionTls13,
				Access: &bulwark.DatabaseRolesArgsArgs{
					DatabaseName: pulumi.String("shop"),
					Readwrite:    &bulwark.ReadWriteRoleArgsArgs{},
				},
				RowLevelSecurity: &bulwark.TenantSettingsArgsArgs{TenantColumn: pulumi.String("customer_id")},
				Tunnel:           &bulwark.DatabaseTunnelArgsArgs{LocalPort: &localPort},
			},
			Labels: pulumi.ToStringMap(map[string]string{"team": "payments"}),
		})
		if err != nil {
			return err
		}
		ctx.Export("url", shop.Url)
		ctx.Export("credentialsSecretName", shop.CredentialsSecretName)
		ctx.Export("guardrailPolicyNames", shop.GuardrailPolicyNames)
		return nil
	})
}
