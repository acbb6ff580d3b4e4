import { strict as assert } from "node:assert";
import * as fs from "node:fs";
import * as path from "node:path";
import { protectionAnnotations } from "../../../components/application/annotations";
import { ingressNginxValues } from "../../../components/application/ingress-nginx-values";
import { nginxConf } from "../../../sandbox/ingress/nginx-conf";
import type { Ingress, IngressPath } from "../../../sandbox/ingress/objects";
import { OPTIONS, readOptions } from "../../../sandbox/ingress/options";
import { type ClusterState, siteOf } from "../../../sandbox/ingress/site";
import { repositoryFolder } from "../../../sandbox/paths";

const LIMITS = { requestsPerSecond: 5, burstMultiplier: 3, connections: 20, maxBodySize: "1m" };
const PATHS = { folder: "/tmp/nginx", statusSocket: "/tmp/nginx/status.sock" };
const PREFIX = "nginx.ingress.kubernetes.io/";

/** What the component says to the chart. */
function config(trustedProxyCidrs: string[] = []): Record<string, string> {
    const image = { registry: "registry.example", repository: "controller", tag: "1" };
    const values = ingressNginxValues({
        releaseName: "ingress-nginx",
        ingressClassName: "nginx",
        replicas: 1,
        resources: { requests: {}, limits: {} },
        image,
        certgenImage: image,
        serviceType: "LoadBalancer",
        loadBalancerNodePorts: false,
        loadBalancerSourceCidrs: [],
        trustedProxyCidrs,
        forwardedForHeader: "X-Real-IP",
        labels: {},
    });
    return (values as { controller: { config: Record<string, string> } }).controller.config;
}

function backend(changes: Partial<IngressPath> = {}): IngressPath {
    return { path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } }, ...changes };
}

function ingress(name: string, annotations: Record<string, string> = {}, paths = [backend()]): Ingress {
    return {
        metadata: {
            name,
            namespace: "app",
            uid: `uid-${name}`,
            creationTimestamp: "2026-01-01T00:00:00Z",
            annotations,
        },
        spec: {
            ingressClassName: "nginx",
            tls: [{ hosts: ["shop.example.com"], secretName: "tls" }],
            rules: [{ host: "shop.example.com", http: { paths } }],
        },
    };
}

function state(...ingresses: Ingress[]): ClusterState {
    const labels = { "kubernetes.io/service-name": "web" };
    const metadata = { name: "web", namespace: "app", uid: "uid-web", labels };
    const pods = [
        { addresses: ["10.0.0.2"], conditions: { ready: true } },
        { addresses: ["10.0.0.3"], conditions: { ready: false } },
    ];
    return {
        ingresses,
        services: [{ metadata, spec: { type: "ClusterIP", ports: [{ name: "http", port: 80 }] } }],
        slices: [{ metadata, addressType: "IPv4", endpoints: pods, ports: [{ name: "http", port: 8000 }] }],
        certificates: new Map([["app/tls", "/tmp/nginx/a.pem"]]),
        headers: new Map([["app/headers", { "X-Frame-Options": "DENY" }]]),
    };
}

function written(cluster: ClusterState, options: Record<string, string> = config()): string {
    const read = readOptions(options);
    assert.deepEqual(read.faults, []);
    return nginxConf(siteOf(cluster, read.options), read.options, PATHS, "1");
}

function faultsOf(...ingresses: Ingress[]): string[] {
    return siteOf(state(...ingresses), readOptions(config()).options).refused.flatMap(({ faults }) => faults);
}

describe("the sandbox's ingress controller", () => {
    const sound = protectionAnnotations(LIMITS, "app/headers");

    it("knows every option that the component sets", () => {
        assert.deepEqual(readOptions(config()).faults, []);
        assert.deepEqual(readOptions(config(["192.0.2.0/24"])).faults, []);
    });

    it("has a chart that takes the same options and no other", () => {
        const file = path.join(repositoryFolder, "sandbox/charts/ingress-nginx/values.schema.json");
        const schema = JSON.parse(fs.readFileSync(file, "utf8"));
        const options = schema.properties.controller.properties.config;
        assert.deepEqual(Object.keys(options.properties).sort(), Object.keys(OPTIONS).sort());
        assert.equal(options.additionalProperties, false);
    });

    it("refuses by name an option that it doesn't know, or a value that it can't obey", () => {
        const refused = { "enable-modsecurity": "true", "server-tokens": "true", "limit-req-status-code": "42x" };
        const { faults } = readOptions({ ...config(), ...refused });
        assert.deepEqual(faults.map((fault) => fault.split(":")[0]).sort(), Object.keys(refused).sort());
    });

    it("can't do without the refusal of unknown hosts, which is off by default", () => {
        assert.match(readOptions({}).faults.join(), /^ssl-reject-handshake: /);
    });

    it("limits by the client's address what the annotations say", () => {
        const text = written(state(ingress("web", sound)));
        for (const line of [
            "limit_req_zone $binary_remote_addr zone=app_web_uid-web_rps:5m rate=5r/s;",
            "limit_conn_zone $binary_remote_addr zone=app_web_uid-web_conn:5m;",
            "limit_req zone=app_web_uid-web_rps burst=15 nodelay;",
            "limit_conn app_web_uid-web_conn 20;",
            "limit_req_status 429;",
            "limit_conn_status 429;",
            "client_max_body_size 1m;",
            "client_header_timeout 10s;",
            "return 308 https://$host$request_uri;",
            'more_set_headers "X-Frame-Options: DENY";',
            "server 10.0.0.2:8000 max_fails=0;",
            "server_name shop.example.com;",
            "ssl_certificate /tmp/nginx/a.pem;",
        ]) {
            assert.ok(text.includes(`${line}\n`), line);
        }
        assert.doesNotMatch(text, /10\.0\.0\.3/);
    });

    it("shares one zone between all paths of an Ingress, and between no two Ingresses", () => {
        const other = ingress("other", sound, [backend({ path: "/other" })]);
        const text = written(state(ingress("web", sound, [backend(), backend({ path: "/shop" })]), other));
        assert.equal(text.match(/^ *limit_req_zone /gm)?.length, 2);
        assert.equal(text.match(/^ *limit_req zone=app_web_/gm)?.length, 3);
    });

    it("believes forwarded addresses from trusted proxies alone", () => {
        assert.doesNotMatch(written(state(ingress("web", sound))), /real_ip|\$http_x_forwarded_proto \$/);
        const text = written(state(ingress("web", sound)), config(["192.0.2.0/24"]));
        assert.match(text, /real_ip_header X-Real-IP;\n.*real_ip_recursive on;\n.*set_real_ip_from 192\.0\.2\.0\/24;/);
        assert.match(text, /map \$http_x_forwarded_proto \$pass_access_scheme/);
    });

    it("matches a prefix by whole segments, and prefers an exact path", () => {
        const text = written(state(ingress("web", sound, [backend({ path: "/shop" })])));
        assert.deepEqual(text.match(/location .*(?= \{)/g), ["location = /shop", "location /shop/", "location /"]);
        const both = [backend({ path: "/shop" }), backend({ path: "/shop", pathType: "Exact" })];
        assert.equal(written(state(ingress("web", sound, both))).match(/location = \/shop/g)?.length, 1);
    });

    for (const [name, value, reason] of [
        ["rewrite-target", "/", /does not implement/],
        ["toString", "x", /does not implement/],
        ["configuration-snippet", "return 200;", /does not implement/],
        ["limit-rps", "0", /no value/],
        ["limit-rps", "5;", /no value/],
        ["proxy-body-size", "1m; }", /word of annotation-value-word-blocklist/],
        ["custom-headers", "other/headers", /another namespace/],
    ] as const) {
        it(`refuses the annotation ${name}: ${JSON.stringify(value)}`, () => {
            const [fault, ...more] = faultsOf(ingress("web", { ...sound, [`${PREFIX}${name}`]: value }));
            assert.match(fault ?? "", reason);
            assert.ok(fault?.includes(`${PREFIX}${name}`));
            assert.deepEqual(more, []);
        });
    }

    it("refuses an annotation of a higher risk than allowed", () => {
        const { options } = readOptions({ ...config(), "annotations-risk-level": "Low" });
        const [refused] = siteOf(state(ingress("web", sound)), options).refused;
        assert.deepEqual(
            refused?.faults.map((fault) => /io\/([a-z-]+):/.exec(fault)?.[1]),
            ["proxy-body-size", "custom-headers"],
        );
    });

    it("refuses rules that it can't serve", () => {
        const changes: Partial<IngressPath>[] = [
            { path: "/a;b" },
            { path: "relative" },
            { pathType: "ImplementationSpecific" },
            { backend: { resource: {} } },
        ];
        for (const change of changes) {
            assert.equal(faultsOf(ingress("web", sound, [backend(change)])).length, 1, JSON.stringify(change));
        }
        const web = ingress("web", sound);
        const anyHost = { ...web, spec: { ...web.spec, rules: [{ http: { paths: [backend()] } }] } };
        assert.match(faultsOf(anyHost).join(), /whole host names/);
    });

    it("leaves a path to the older of two Ingresses that want it", () => {
        const late = ingress("a-late", sound);
        late.metadata.creationTimestamp = "2026-01-02T00:00:00Z";
        assert.deepEqual(faultsOf(late, ingress("web", sound)), [
            "shop.example.com/ (Prefix): already defined in ingress app/web",
        ]);
    });

    it("answers 503 rather than without a response header", () => {
        const wrong: (Record<string, string> | undefined)[] = [
            undefined,
            { "X-Unlisted": "x" },
            { "X-Frame-Options": "$arg_x" },
        ];
        for (const headers of wrong) {
            const cluster = {
                ...state(ingress("web", sound)),
                headers: new Map(headers && [["app/headers", headers]]),
            };
            const text = written(cluster);
            assert.match(text, /location \/ \{[^}]*\}?[^}]*return 503;/);
            assert.doesNotMatch(text, /proxy_pass/);
            assert.equal(siteOf(cluster, readOptions(config()).options).warnings.length, 1);
        }
    });

    it("refuses TLS where the certificate is missing, instead of showing another", () => {
        const text = written({ ...state(ingress("web", sound)), certificates: new Map() });
        assert.match(text, /server_name shop\.example\.com;\n *ssl_reject_handshake on;/);
        assert.doesNotMatch(text, /ssl_certificate/);
    });

    it("can be written without any Ingress, and knows the variables of its log", () => {
        assert.match(written(state()), /set \$namespace "";/);
    });
});
