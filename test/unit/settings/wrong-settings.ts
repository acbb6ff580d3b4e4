/** Wrong settings as in a stack's file, over sound ones, each with the exact faults that it must give. */
export const WRONG_SETTINGS: [yaml: string, ...faults: string[]][] = [
    [
        "workload: { image: Not An Image }",
        'bulwark:workload.image: must be an image reference, is "Not An Image"; write for example "ghcr.io/example/app:1.4.2"',
    ],
    ["workload: { image: 5 }", "bulwark:workload.image: must be an image reference, is 5; put it in quotes"],
    [
        "workload: { image: null }",
        'bulwark:workload.image: must be an image reference, is null; write for example "ghcr.io/example/app:1.4.2"',
    ],
    ["workload: { replicas: 0 }", "bulwark:workload.replicas: must be a whole number from 1 to 1000, is 0"],
    [
        'workload: { replicas: "3" }',
        'bulwark:workload.replicas: must be a whole number from 1 to 1000, is "3"; write it without quotes',
    ],
    ["workload: { replicas: 2.5 }", "bulwark:workload.replicas: must be a whole number from 1 to 1000, is 2.5"],
    [
        "workload: { replicas: 51 }",
        "bulwark:workload.replicas: must not be greater than cluster.quota.pods, is 51 over 50; lower it or raise the quota",
    ],
    [
        "workload: { port: 80 }",
        "bulwark:workload.port: must be a port from 1024 to 65535, is 80; a process without capabilities can't listen below 1024",
    ],
    [
        "workload: { servicePort: 70000 }",
        "bulwark:workload.servicePort: must be a whole number from 1 to 65535, is 70000",
    ],
    [
        "workload: { userId: 0 }",
        "bulwark:workload.userId: must be a whole number from 1 to 2147483647, is 0; 0 is root, write for example 1001",
    ],
    [
        "workload: { gracePeriodSeconds: -1 }",
        "bulwark:workload.gracePeriodSeconds: must be a whole number from 10 to 3600, is -1",
    ],
    [
        "workload: { namespaceName: Secure_App }",
        'bulwark:workload.namespaceName: must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is "Secure_App"; write for example "secure-app"',
    ],
    [
        "workload: { namespaceName: kube-system }",
        'bulwark:workload.namespaceName: must not be a namespace of the cluster itself, is "kube-system"; choose another name',
    ],
    [
        "workload: { namespaceName: database }",
        'bulwark:database.namespaceName: must not be the namespace of workload.namespaceName, is "database"; each layer has a namespace of its own',
    ],
    [
        "workload: { serviceName: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa }",
        'bulwark:workload.serviceName: must be 1 to 63 lower-case letters, digits or "-", starting and ending with a letter or digit, is "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; write for example "secure-app"',
    ],
    [
        "workload: { temporaryStorage: 100k }",
        'bulwark:workload.temporaryStorage: must be at least 1Mi, is "100k"; the unit of memory and storage is the byte, write for example "512Mi"',
    ],
    [
        "workload: { temporaryStorage: 64 MB }",
        'bulwark:workload.temporaryStorage: must be a Kubernetes quantity greater than 0, is "64 MB"; write for example "512Mi" or "250m"',
    ],
    [
        "workload: { livenessPath: healthz }",
        'bulwark:workload.livenessPath: must be a URL path that starts with "/", is "healthz"; write for example "/healthz"',
    ],
    ["workload: { command: run.sh }", "bulwark:workload.command: must be a list, is a text"],
    ['workload: { command: [ " " ] }', 'bulwark:workload.command[0]: must be a text that is not empty, is " "'],
    [
        "workload: { environment: { A-B: x } }",
        'bulwark:workload.environment.A-B: the name must be letters, digits and "_", not start with a digit and be none that Bulwark sets, is "A-B"; write for example "LOG_LEVEL"',
    ],
    [
        "workload: { environment: { DEBUG: true } }",
        "bulwark:workload.environment.DEBUG: must be a text (without NUL characters), is [secret]; put it in quotes",
    ],
    [
        "workload: { environment: { PIN: 1234 } }",
        "bulwark:workload.environment.PIN: must be a text (without NUL characters), is [secret]; put it in quotes",
    ],
    [
        "workload: { environment: [ A=1 ] }",
        "bulwark:workload.environment: must be an object with a text for each name, is a list",
    ],
    [
        "workload: { imagePullSecretNames: [ My Secret ] }",
        'bulwark:workload.imagePullSecretNames[0]: must be 1 to 253 lower-case letters, digits, "-" or ".", each part starting and ending with a letter or digit, is "My Secret"; write for example "app-credentials"',
    ],
    [
        'workload: { resources: { cpuLimit: "0" } }',
        'bulwark:workload.resources.cpuLimit: must be a Kubernetes quantity greater than 0, is "0"; write for example "512Mi" or "250m"',
    ],
    [
        'workload: { resources: { cpuRequest: "3" } }',
        'bulwark:workload.resources.cpuRequest: must not be greater than workload.resources.cpuLimit, is "3" over "1"; lower it or raise the other',
    ],
    [
        "workload: { resources: { memoryRequest: 512Mi } }",
        'bulwark:workload.resources.memoryRequest: must not be greater than workload.resources.memoryLimit, is "512Mi" over "256Mi"; lower it or raise the other',
    ],
    [
        "workload: { resources: { memoryLimit: 64m } }",
        'bulwark:workload.resources.memoryLimit: must be at least 1Mi, is "64m"; the unit of memory and storage is the byte, write for example "512Mi"',
    ],
    [
        "workload: { resources: { memoryLimt: 64Mi } }",
        "bulwark:workload.resources.memoryLimt: is not a setting; did you mean bulwark:workload.resources.memoryLimit?",
    ],
    [
        "workload: { resources: small }",
        'bulwark:workload.resources: must be an object of settings (cpuRequest, cpuLimit, memoryRequest, memoryLimit, ephemeralStorageRequest, ephemeralStorageLimit), is a text; set its members, for example by "pulumi config set --path bulwark:workload.resources.cpuRequest …"',
    ],
    [
        "workload: { resources: { memoryRequest: 20Gi } }",
        'bulwark:workload.resources.memoryRequest: must not be greater than workload.resources.memoryLimit, is "20Gi" over "256Mi"; lower it or raise the other',
        'bulwark:cluster.quota.memoryRequests: must not be less than workload.resources.memoryRequest ("20Gi"), is "16Gi"; raise it',
    ],
    [
        "labels: { app.kubernetes.io/name: x }",
        'bulwark:labels["app.kubernetes.io/name"]: the name must not be a label that Bulwark sets itself, is "app.kubernetes.io/name"; write for example "team"',
    ],
    [
        "labels: { a/b/c: x }",
        'bulwark:labels["a/b/c"]: the name must be the key of a Kubernetes label, is "a/b/c"; write for example "team" or "example.com/team"',
    ],
    [
        "labels: { team: über }",
        'bulwark:labels.team: must be the value of a Kubernetes label, is "über"; write at most 63 letters, digits, "-", "_" or "."',
    ],
    ["labels: { team2: 7 }", "bulwark:labels.team2: must be the value of a Kubernetes label, is 7; put it in quotes"],
    ["labels: null", "bulwark:labels: must be an object with a text for each name, is null"],
    [
        "cluster: { podSecurityVersion: latest }",
        'bulwark:cluster.podSecurityVersion: must be a pinned version of the Pod Security Standards ("latest" would change with the cluster), is "latest"; write for example "v1.35"',
    ],
    [
        "cluster: { podSecurityVersion: 1.35 }",
        'bulwark:cluster.podSecurityVersion: must be a pinned version of the Pod Security Standards ("latest" would change with the cluster), is 1.35; write for example "v1.35"',
    ],
    [
        'cluster: { requireImmutableImages: "true" }',
        'bulwark:cluster.requireImmutableImages: must be true or false, is "true"; write it without quotes',
    ],
    ["cluster: { dns: { cidrs: 169.254.20.10/32 } }", "bulwark:cluster.dns.cidrs: must be a list, is a text"],
    [
        "cluster: { dns: { cidrs: [ 169.254.20.10 ] } }",
        'bulwark:cluster.dns.cidrs[0]: must be an address range in CIDR notation, is "169.254.20.10"; write "169.254.20.10/32" for the one address',
    ],
    [
        "cluster: { apiServer: { cidrs: [ 10.0.0.1/8 ] } }",
        'bulwark:cluster.apiServer.cidrs[0]: must be a network address without host bits, is "10.0.0.1/8"; write "10.0.0.0/8"',
    ],
    [
        "cluster: { apiServer: { cidrs: [ 10.0.0.0/33 ] } }",
        'bulwark:cluster.apiServer.cidrs[0]: must have a prefix of at most 32 bits, is "10.0.0.0/33"; write for example "10.0.0.0/32"',
    ],
    [
        "cluster: { apiServer: { port: 0 } }",
        "bulwark:cluster.apiServer.port: must be a whole number from 1 to 65535, is 0",
    ],
    [
        "cluster: { quota: { pods: 1 } }",
        "bulwark:workload.replicas: must not be greater than cluster.quota.pods, is 2 over 1; lower it or raise the quota",
    ],
    [
        "cluster: { quota: { memoryRequests: 64Gi } }",
        'bulwark:cluster.quota.memoryRequests: must not be greater than cluster.quota.memoryLimits, is "64Gi" over "32Gi"; lower it or raise the other',
    ],
    [
        "cluster: { containerLimits: { memoryRequest: 1Gi } }",
        'bulwark:cluster.containerLimits.memoryRequest: must not be greater than cluster.containerLimits.memoryLimit, is "1Gi" over "256Mi"; lower it or raise the other',
    ],
    ["cluster: { quotas: {} }", "bulwark:cluster.quotas: is not a setting; did you mean bulwark:cluster.quota?"],
    [
        "ingress: on",
        'bulwark:ingress: must be an object of settings (host, path, ingressName, requestsPerSecond, burstMultiplier, connections, maxBodySize, headers, awaitAddress, tls, controller), is a text; set its members, for example by "pulumi config set --path bulwark:ingress.host …"',
    ],
    [
        "ingress: { host: localhost }",
        'bulwark:ingress.host: must be a full DNS name in lower case, is "localhost"; write for example "app.example.com"',
    ],
    [
        "ingress: { host: App.Example.com }",
        'bulwark:ingress.host: must be a full DNS name in lower case, is "App.Example.com"; write for example "app.example.com"',
    ],
    [
        "ingress: { path: /a b }",
        'bulwark:ingress.path: must start with "/" and have letters, digits, ".", "_", "-" and "/" only, is "/a b"; write for example "/shop"',
    ],
    [
        "ingress: { requestsPerSecond: 0 }",
        "bulwark:ingress.requestsPerSecond: must be a whole number from 1 to 100000, is 0",
    ],
    [
        'ingress: { requestsPerSecond: "5" }',
        'bulwark:ingress.requestsPerSecond: must be a whole number from 1 to 100000, is "5"; write it without quotes',
    ],
    [
        "ingress: { requestPerSecond: 5 }",
        "bulwark:ingress.requestPerSecond: is not a setting; did you mean bulwark:ingress.requestsPerSecond?",
    ],
    ["ingress: { burstMultiplier: 0 }", "bulwark:ingress.burstMultiplier: must be a whole number from 1 to 1000, is 0"],
    [
        'ingress: { maxBodySize: "0" }',
        'bulwark:ingress.maxBodySize: must be a whole number greater than 0 and its unit (k, m or g), is "0"; write for example "1m"',
    ],
    [
        "ingress: { maxBodySize: 1mb }",
        'bulwark:ingress.maxBodySize: must be a whole number greater than 0 and its unit (k, m or g), is "1mb"; write for example "1m"',
    ],
    [
        "ingress: { headers: { X Frame: DENY } }",
        'bulwark:ingress.headers["X Frame"]: the name must be a header that the controller lets an Ingress set, is "X Frame"; they are Content-Security-Policy, X-Content-Type-Options, X-Frame-Options, Referrer-Policy, Permissions-Policy, Cross-Origin-Opener-Policy, Cross-Origin-Resource-Policy, X-Permitted-Cross-Domain-Policies, Content-Security-Policy-Report-Only, Cross-Origin-Embedder-Policy, Origin-Agent-Cluster, Reporting-Endpoints, X-DNS-Prefetch-Control, X-Robots-Tag, X-XSS-Protection, Cache-Control',
    ],
    [
        'ingress: { headers: { X-Frame-Options: "DENY\\r\\nSet-Cookie: a=b" } }',
        'bulwark:ingress.headers.X-Frame-Options: must be one line of ASCII text, is "DENY\\r\\nSet-Cookie: a=b"; write for example "DENY"',
    ],
    [
        "ingress: { tls: { secretName: app-tls, issuer: ca } }",
        'bulwark:ingress.tls: must have exactly one of secretName, clusterIssuer, issuer, allowSelfSignedCertificate, has secretName and clusterIssuer and issuer; write for example clusterIssuer: "letsencrypt"',
    ],
    [
        "ingress: { tls: { secretName: App TLS } }",
        'bulwark:ingress.tls.secretName: must be 1 to 253 lower-case letters, digits, "-" or ".", each part starting and ending with a letter or digit, is "App TLS"; write for example "app-credentials"',
        'bulwark:ingress.tls: must have exactly one of secretName, clusterIssuer, issuer, allowSelfSignedCertificate, has secretName and clusterIssuer; write for example clusterIssuer: "letsencrypt"',
    ],
    [
        "ingress: { tls: { allowSelfSignedCertificate: yes } }",
        'bulwark:ingress.tls.allowSelfSignedCertificate: must be true or false, is "yes"',
        'bulwark:ingress.tls: must have exactly one of secretName, clusterIssuer, issuer, allowSelfSignedCertificate, has clusterIssuer and allowSelfSignedCertificate; write for example clusterIssuer: "letsencrypt"',
    ],
    [
        "ingress: { controller: { serviceType: Loadbalancer } }",
        'bulwark:ingress.controller.serviceType: must be one of "LoadBalancer", "NodePort", "ClusterIP", is "Loadbalancer"',
    ],
    [
        "ingress: { controller: { forwardedForHeader: X-Real-IP } }",
        'bulwark:ingress.controller.forwardedForHeader: must be left out without ingress.controller.trustedProxyCidrs, is "X-Real-IP"; name the proxies that may set it, or remove it',
    ],
    [
        "ingress: { controller: { trustedProxyCidrs: [ ::1 ] } }",
        'bulwark:ingress.controller.trustedProxyCidrs[0]: must be an address range in CIDR notation, is "::1"; write "::1/128" for the one address',
    ],
    [
        "ingress: { controller: { releaseName: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa } }",
        'bulwark:ingress.controller.releaseName: must have at most 40 characters, is "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; write a shorter one',
    ],
    [
        "ingress: { controller: { namespaceName: falco } }",
        'bulwark:threatDetection.namespaceName: must not be the namespace of ingress.controller.namespaceName, is "falco"; each layer has a namespace of its own',
    ],
    [
        "ingress: { controller: { chart: { chart: my-chart } } }",
        'bulwark:ingress.controller.chart.repository: is missing, since ingress.controller.chart.chart is the name "my-chart"; give the repository that holds the chart, or an oci:// reference or a path as the chart',
    ],
    [
        "ingress: { controller: { chart: { version: ^4.0.0 } } }",
        'bulwark:ingress.controller.chart.version: must be one exact chart version, not a range, is "^4.0.0"; write for example "4.15.1"',
    ],
    [
        "ingress: { controller: { chart: { repository: charts.example.com } } }",
        'bulwark:ingress.controller.chart.repository: must be the address of a chart repository, is "charts.example.com"; write for example "https://charts.example.com"',
    ],
    [
        "ingress: { controller: { chart: { timeoutSeconds: 1 } } }",
        "bulwark:ingress.controller.chart.timeoutSeconds: must be a whole number from 30 to 7200, is 1",
    ],
    [
        "ingress: { controller: { image: { digest: sha256:abc } } }",
        'bulwark:ingress.controller.image.digest: must be "sha256:" and 64 hexadecimal digits, is "sha256:abc"',
    ],
    [
        "ingress: { controller: { image: { tag: 1.15 } } }",
        "bulwark:ingress.controller.image.tag: must be an image tag, is 1.15; put it in quotes",
    ],
    [
        "database: { storageSize: 8 }",
        'bulwark:database.storageSize: must be at least 1Mi, is "8"; the unit of memory and storage is the byte, write for example "512Mi"',
    ],
    [
        "database: { storageSize: 8GB }",
        'bulwark:database.storageSize: must be a Kubernetes quantity greater than 0, is "8GB"; write for example "512Mi" or "250m"',
    ],
    [
        "database: { access: { statementTimeout: 10 minutes } }",
        'bulwark:database.access.statementTimeout: must be a duration with its unit (ms, s, min, h or d), is "10 minutes"; write for example "10min"',
    ],
    [
        "database: { access: { statementTimeout: 600 } }",
        'bulwark:database.access.statementTimeout: must be a duration with its unit (ms, s, min, h or d), is 600; write for example "10min"',
    ],
    [
        "database: { access: { statementTimeout: 0s } }",
        'bulwark:database.access.statementTimeout: must be longer than 0 and at most 24 days, is "0s"; write for example "10min"',
    ],
    [
        "database: { access: { idleInTransactionSessionTimeout: 90d } }",
        'bulwark:database.access.idleInTransactionSessionTimeout: must be longer than 0 and at most 24 days, is "90d"; write for example "10min"',
    ],
    [
        "database: { access: { readonlyRole: app_owner } }",
        'bulwark:database.access.readonlyRole: must not be the name of database.access.ownerRole, is "app_owner"; a role that owns tables can do more than read',
    ],
    [
        "database: { access: { readonlyRole: pg_reader } }",
        'bulwark:database.access.readonlyRole: must not be a name that PostgreSQL reserves, is "pg_reader"; write for example "app_reader"',
    ],
    [
        "database: { access: { databaseName: postgres } }",
        'bulwark:database.access.databaseName: must not be a name that PostgreSQL reserves, is "postgres"; write for example "app_postgres"',
    ],
    [
        "database: { access: { ownerRole: Owner } }",
        'bulwark:database.access.ownerRole: must be 1 to 63 lower-case letters, digits or "_", not starting with a digit, is "Owner"; write for example "readonly"',
    ],
    [
        "database: { access: { connectionLimit: -1 } }",
        "bulwark:database.access.connectionLimit: must be a whole number from 1 to 10000, is -1",
    ],
    [
        "database: { direct: {} }",
        'bulwark:database.direct.host: is missing; it must be a DNS name or an IP address; write for example "10.0.0.5"',
    ],
    [
        "database: { direct: { host: db;drop } }",
        'bulwark:database.direct.host: must be a DNS name or an IP address, is "db;drop"; write for example "10.0.0.5"',
    ],
    [
        "database: { tunnel: { localPort: 443 } }",
        "bulwark:database.tunnel.localPort: must be a port from 1024 to 65535, is 443; a process without capabilities can't listen below 1024",
    ],
    [
        'database: { tunnel: { kubeconfig: "apiVersion: v1\\nkind: Config" } }',
        'bulwark:database.tunnel.kubeconfig: must be the path of a file, not its content; write for example "./kubeconfig"',
    ],
    [
        "database: { image: { tag: 17 beta } }",
        'bulwark:database.image.tag: must be an image tag, is "17 beta"; write for example "1.4.2"',
    ],
    [
        "database: { image: { repository: Bitnami/PostgreSQL } }",
        'bulwark:database.image.repository: must be a path within a container registry, in lower case, is "Bitnami/PostgreSQL"; write for example "example/app"',
    ],
    [
        "database: { chart: { version: 18.8.11 } }",
        'bulwark:database.image.repository: is missing, since database.chart.version is "18.8.11" and the default image ends with PostgreSQL 17; name an image that fits the chart, with its digest',
    ],
    [
        "database: { chart: { repository: https://user:pw@charts.example.com } }",
        "bulwark:database.chart.repository: must hold no credentials, which would be stored in clear text; leave them to Helm's own configuration",
    ],
    [
        "database: { password: hunter2 }",
        "bulwark:database.password: is not a setting; bulwark:database may hold namespaceName, releaseName, storageSize, storageClassName, clusterDomain, protectData, access, tunnel, direct, resources, chart, image, helperImage",
    ],
    [
        "threatDetection: { releaseName: security }",
        'bulwark:threatDetection.releaseName: must contain "falco", but not "falcosidekick", is "security"; write for example "falco"',
    ],
    ["threatDetection: { install: 1 }", "bulwark:threatDetection.install: must be true or false, is 1"],
    [
        "threatDetection: { rulesSourceCidrs: [ 0.0.0.0 ] }",
        'bulwark:threatDetection.rulesSourceCidrs[0]: must be an address range in CIDR notation, is "0.0.0.0"; write "0.0.0.0/32" for the one address',
    ],
    ["threatDetecton: {}", "bulwark:threatDetecton: is not a setting; did you mean bulwark:threatDetection?"],
    [
        "workload: { gracePeriodSeconds: 5 }",
        "bulwark:workload.gracePeriodSeconds: must be a whole number from 10 to 3600, is 5",
    ],
    [
        "workload: { environment: { SERVICE_BINDING_ROOT: /tmp } }",
        'bulwark:workload.environment.SERVICE_BINDING_ROOT: the name must be letters, digits and "_", not start with a digit and be none that Bulwark sets, is "SERVICE_BINDING_ROOT"; write for example "LOG_LEVEL"',
    ],
    [
        "cluster: { apiServer: { cidrs: [] } }",
        "bulwark:cluster.apiServer.cidrs: must hold at least one member, is []; leave the setting out instead",
    ],
    [
        "cluster: { dns: { podLabels: {} } }",
        "bulwark:cluster.dns.podLabels: must hold at least one label, is {}; none would select every pod of the namespace",
    ],
    [
        "threatDetection: { releaseName: falcosidekick }",
        'bulwark:threatDetection.releaseName: must contain "falco", but not "falcosidekick", is "falcosidekick"; write for example "falco"',
    ],
    [
        "threatDetection: { containerEngines: [] }",
        "bulwark:threatDetection.containerEngines: must name at least one engine, or Falco can't tell containers apart",
    ],
    [
        "threatDetection: { containerEngines: [ cri ] }",
        "bulwark:threatDetection.containerEngines[0]: must be an engine and its sockets, is a text; write for example { engine: cri, sockets: [/run/containerd/containerd.sock] }",
    ],
    [
        "threatDetection: { containerEngines: [ { engine: rkt, sockets: [ /run/rkt.sock ] } ] }",
        'bulwark:threatDetection.containerEngines[0]: must name engines out of cri, containerd, docker, podman, is "rkt"',
    ],
    [
        "threatDetection: { containerEngines: [ { engine: cri, sockets: [ /a ] }, { engine: cri, sockets: [ /b ] } ] }",
        'bulwark:threatDetection.containerEngines: must name each engine once, has "cri" twice; put all its sockets into one entry',
    ],
    [
        'threatDetection: { customRules: { rules.json: "[]" } }',
        'bulwark:threatDetection.customRules["rules.json"]: the name must end in ".yaml" or ".yml" and be none of Bulwark\'s own files, is "rules.json"; write for example "my-rules.yaml"',
    ],
    [
        "threatDetection: { bundledRules: true }",
        'bulwark:threatDetection.bundledRules: must be off with chart 9.1.0, in which Falco ends at once without a download; give threatDetection.chart.version "9.2.0" or newer',
    ],
    [
        "threatDetection: { alertsCidrs: [] }",
        "bulwark:threatDetection.alertsCidrs: must hold at least one member, is []; leave the setting out instead",
    ],
    [
        "threatDetection: { mostNodes: 0 }",
        "bulwark:threatDetection.mostNodes: must be a whole number from 1 to 5000, is 0",
    ],
    [
        "replicas: 3",
        "bulwark:replicas: is not a setting; did you mean bulwark:workload.replicas or bulwark:ingress.controller.replicas?",
    ],
    [
        "toString: 3",
        "bulwark:toString: is not a setting; a stack may hold labels, cluster, workload, ingress, database, threatDetection",
    ],
    [
        "__proto__: 3",
        "bulwark:__proto__: is not a setting; a stack may hold labels, cluster, workload, ingress, database, threatDetection",
    ],
    [
        "workload: { replicas: 10 }, cluster: { quota: { cpuRequests: 500m } }",
        'bulwark:cluster.quota.cpuRequests: must hold 10 times workload.resources.cpuRequest ("100m"), is "500m"; raise it, or lower workload.replicas',
    ],
    [
        "workload: { image: example/app }, cluster: { requireImmutableImages: true }",
        'bulwark:workload.image: must name a version or a digest while cluster.requireImmutableImages is on, is "example/app"; add ":<version>" or "@sha256:<digest>"',
    ],
    [
        "workload: { image: example/app:latest }, cluster: { requireImmutableImages: true }",
        'bulwark:workload.image: must name a version or a digest while cluster.requireImmutableImages is on, is "example/app:latest"; add ":<version>" or "@sha256:<digest>"',
    ],
    [
        "database: { image: { tag: latest } }, cluster: { requireImmutableImages: true }",
        'bulwark:database.image.tag: must name a version while cluster.requireImmutableImages is on, is "latest"; write a version, or give database.image.digest',
    ],
    [
        "threatDetection: { image: { tag: latest } }, ingress: { controller: { certgenImage: { tag: latest } } }, cluster: { requireImmutableImages: true }",
        'bulwark:ingress.controller.certgenImage.tag: must name a version while cluster.requireImmutableImages is on, is "latest"; write a version, or give ingress.controller.certgenImage.digest',
        'bulwark:threatDetection.image.tag: must name a version while cluster.requireImmutableImages is on, is "latest"; write a version, or give threatDetection.image.digest',
    ],
    [
        "database: { tunnel: { localPort: 15433 }, direct: { host: 10.0.0.5 } }",
        "bulwark:database.direct: must be left out together with database.tunnel; keep the one way that Pulumi takes",
    ],
    [
        "threatDetection: { chart: { chart: ./charts/falco, repository: https://charts.example.com } }",
        'bulwark:threatDetection.chart.repository: must be left out, since threatDetection.chart.chart is "./charts/falco", which says where the chart is; remove it',
    ],
    [
        "ingress: { controller: { serviceType: NodePort, loadBalancerSourceCidrs: [203.0.113.0/24] } }",
        'bulwark:ingress.controller.loadBalancerSourceCidrs: must be left out while ingress.controller.serviceType is "NodePort"; only a load balancer can refuse clients by address',
    ],
    [
        "ingress: { controller: { trustedProxyCidrs: [0.0.0.0/0] } }",
        'bulwark:ingress.controller.trustedProxyCidrs[0]: must not be every address, is "0.0.0.0/0"; each client could choose the address that it is limited by',
    ],
    [
        "ingress: { headers: { x-frame-options: DENY } }",
        'bulwark:ingress.headers.x-frame-options: the name must be a header that the controller lets an Ingress set, is "x-frame-options"; write "X-Frame-Options"',
    ],
    [
        "database: { namespaceName: dns }, cluster: { dns: { namespaceName: dns } }",
        'bulwark:database.namespaceName: must not be a namespace of the cluster itself, is "dns"; choose another name',
    ],
    [
        "ingress: { tls: { clusterIssuer: null } }",
        'bulwark:ingress.tls.clusterIssuer: must be 1 to 253 lower-case letters, digits, "-" or ".", each part starting and ending with a letter or digit, is null; write for example "app-credentials"',
    ],
];
