/**
 * Every default of the package, in one place: the components fall back to these values, and the program's settings
 * document them. Pure; no Pulumi import.
 */
export const DEFAULTS = {
    cluster: {
        /** Pod Security Standards version that the namespace labels pin. */
        podSecurityVersion: "v1.35",
        dns: {
            namespaceName: "kube-system",
            podLabels: { "k8s-app": "kube-dns" } as Record<string, string>,
            cidrs: [] as string[],
        },
        quota: {
            pods: 50,
            services: 20,
            loadBalancers: 0,
            nodePorts: 0,
            cpuRequests: "8",
            memoryRequests: "16Gi",
            memoryLimits: "32Gi",
            ephemeralStorageRequests: "20Gi",
        },
        containerLimits: {
            cpuRequest: "50m",
            memoryRequest: "64Mi",
            memoryLimit: "256Mi",
            ephemeralStorageRequest: "64Mi",
            ephemeralStorageLimit: "1Gi",
        },
    },
    guardrails: {
        action: "enforce",
        namePrefix: "bulwark",
        /** SecureNamespace sets it, the guardrails' bindings select it. */
        namespaceLabels: { "bulwark.dev/guardrails": "enforced" } as Record<string, string>,
        exposedNamespaceNames: ["ingress-nginx"],
    },
    operators: {
        namespaceName: "operators",
        accountName: "operator",
        /** Short, since a token can't be taken back without its account. */
        tokenLifetime: "1h",
        bastion: {
            deploymentName: "bastion",
            credentialsSecretName: "bastion-db-creds",
            userId: 1001,
            groupId: 1001,
            temporaryStorage: "64Mi",
            resources: {
                cpuRequest: "50m",
                cpuLimit: "500m",
                memoryRequest: "64Mi",
                memoryLimit: "256Mi",
                ephemeralStorageRequest: "64Mi",
                ephemeralStorageLimit: "256Mi",
            },
        },
    },
    workload: {
        namespaceName: "secure-app",
        workloadName: "secure-app",
        serviceName: "app-service",
        servicePort: 80,
        port: 8000,
        replicas: 2,
        userId: 1001,
        groupId: 1001,
        temporaryStorage: "64Mi",
        probePath: "/healthz",
        gracePeriodSeconds: 30,
        resources: {
            cpuRequest: "100m",
            cpuLimit: "1",
            memoryRequest: "128Mi",
            memoryLimit: "256Mi",
            ephemeralStorageRequest: "64Mi",
            ephemeralStorageLimit: "256Mi",
        },
    },
    ingress: {
        host: "app.example.com",
        path: "/",
        requestsPerSecond: 5,
        burstMultiplier: 3,
        connections: 20,
        maxBodySize: "1m",
        controller: {
            namespaceName: "ingress-nginx",
            releaseName: "ingress-nginx",
            ingressClassName: "nginx",
            replicas: 2,
            forwardedForHeader: "X-Real-IP",
            serviceType: "LoadBalancer",
            resources: {
                cpuRequest: "100m",
                cpuLimit: "2",
                memoryRequest: "128Mi",
                memoryLimit: "512Mi",
                ephemeralStorageRequest: "64Mi",
                ephemeralStorageLimit: "1Gi",
            },
            chart: {
                chart: "ingress-nginx",
                repository: "https://kubernetes.github.io/ingress-nginx",
                version: "4.15.1",
                timeoutSeconds: 600,
            },
        },
    },
    database: {
        namespaceName: "database",
        releaseName: "pgdb",
        databaseName: "mydb",
        storageSize: "8Gi",
        clusterDomain: "cluster.local",
        /** The versioned images left the maker's catalogue in 2025; these are their frozen copies, with the chart's tags. */
        image: { repository: "bitnamilegacy/postgresql" },
        helperImage: { repository: "bitnamilegacy/os-shell" },
        resources: {
            cpuRequest: "250m",
            cpuLimit: "2",
            memoryRequest: "512Mi",
            memoryLimit: "1Gi",
            ephemeralStorageRequest: "64Mi",
            ephemeralStorageLimit: "1Gi",
        },
        chart: {
            chart: "oci://registry-1.docker.io/bitnamicharts/postgresql",
            version: "16.7.27",
            timeoutSeconds: 600,
        },
        access: {
            ownerRole: "app_owner",
            readonlyRole: "readonly",
            statementTimeout: "10min",
            idleInTransactionSessionTimeout: "15min",
            connectionLimit: 20,
            credentialsSecretName: "app-db-creds",
        },
        tunnel: { localPort: 15_432 },
    },
    threatDetection: {
        namespaceName: "falco",
        releaseName: "falco",
        priorityClassName: "system-node-critical",
        mostNodes: 100,
        /** Exact version: a floating one would change the rules whenever a pod starts. */
        rulesArtifact: "falco-rules:5.1.0",
        /** Where most nodes have the socket of their container runtime. */
        containerEngines: [{ engine: "cri", sockets: ["/run/containerd/containerd.sock"] }],
        alertsPort: 443,
        resources: {
            cpuRequest: "100m",
            cpuLimit: "1",
            memoryRequest: "512Mi",
            memoryLimit: "1Gi",
            ephemeralStorageRequest: "64Mi",
            ephemeralStorageLimit: "1Gi",
        },
        chart: {
            chart: "falco",
            repository: "https://falcosecurity.github.io/charts",
            version: "9.1.0",
            timeoutSeconds: 600,
        },
    },
};
