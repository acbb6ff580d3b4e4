/** Writes NGINX's configuration. Pure. */
import { listOf, type Options } from "./options";
import type { Location, Server, Site } from "./site";

/** Files and sockets of NGINX. */
export interface NginxPaths {
    /** Folder that it may write to. */
    folder: string;
    /** Socket that tells which configuration is served. */
    statusSocket: string;
}

const MODULES = "/usr/lib/nginx/modules";

/** ingress-nginx's documented default: forward secrecy and authenticated encryption alone. */
const CIPHERS = ["ECDHE-ECDSA", "ECDHE-RSA"].flatMap((exchange) =>
    ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"].map((cipher) => `${exchange}-${cipher}`),
);

/** What clients send in these is replaced by what NGINX has found out. */
const REQUEST_HEADERS = Object.entries({
    Host: "$best_http_host",
    Upgrade: "$http_upgrade",
    Connection: "$connection_upgrade",
    "X-Request-ID": "$req_id",
    "X-Real-IP": "$remote_addr",
    "X-Forwarded-For": "$remote_addr",
    "X-Forwarded-Host": "$pass_host",
    "X-Forwarded-Port": "$pass_port",
    "X-Forwarded-Proto": "$pass_access_scheme",
    "X-Forwarded-Scheme": "$pass_access_scheme",
    "X-Scheme": "$pass_access_scheme",
    "X-Original-Forwarded-For": "$http_x_forwarded_for",
    // A program behind the gateway interface would take it for its own proxy.
    Proxy: '""',
}).map(([name, value]) => `proxy_set_header ${name} ${value};`);

/** The whole configuration. `version` is what the status socket answers once it is in force. */
export function nginxConf(site: Site, options: Options, paths: NginxPaths, version: string): string {
    const locations = site.servers.flatMap((server) => server.locations);
    return lines(
        "daemon off;",
        `pid ${paths.folder}/nginx.pid;`,
        "error_log stderr warn;",
        `load_module ${MODULES}/ngx_http_headers_more_filter_module.so;`,
        "worker_processes auto;",
        `worker_shutdown_timeout ${options["worker-shutdown-timeout"]};`,
        block("events", "worker_connections 4096;"),
        block(
            "http",
            ...general(options, paths),
            ...clientAddress(options),
            ...variables(options),
            ...unique(locations.flatMap(limitZones)),
            ...unique(locations.filter(isServed).map(upstream)),
            ...defaultServers(),
            ...site.servers.map(server),
            block("server", `listen unix:${paths.statusSocket};`, "access_log off;", `return 200 ${version};`),
        ),
    );
}

function general(options: Options, { folder }: NginxPaths): string[] {
    const escaping = options["log-format-escape-json"] === "true" ? "json" : "default";
    return [
        ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`),
        `log_format main escape=${escaping} ${quoted(options["log-format-upstream"])};`,
        "access_log /dev/stdout main;",
        "uninitialized_variable_warn off;",
        "server_tokens off;",
        "more_clear_headers Server;",
        "default_type text/html;",
        `client_header_timeout ${options["client-header-timeout"]}s;`,
        `client_body_timeout ${options["client-body-timeout"]}s;`,
        `keepalive_timeout ${options["keep-alive"]}s;`,
        "client_body_buffer_size 8k;",
        "large_client_header_buffers 4 8k;",
        `ssl_protocols ${options["ssl-protocols"]};`,
        `ssl_ciphers ${CIPHERS.join(":")};`,
        "ssl_prefer_server_ciphers on;",
        `ssl_session_tickets ${options["ssl-session-tickets"] === "true" ? "on" : "off"};`,
        "ssl_session_cache shared:tls:10m;",
        `limit_req_status ${options["limit-req-status-code"]};`,
        `limit_conn_status ${options["limit-conn-status-code"]};`,
        "proxy_http_version 1.1;",
        "proxy_buffering off;",
        "proxy_connect_timeout 5s;",
        "proxy_read_timeout 60s;",
        "proxy_send_timeout 60s;",
        ...REQUEST_HEADERS,
        ...listOf(options["hide-headers"]).map((name) => `proxy_hide_header ${name};`),
    ];
}

/** Only a proxy that is trusted may say for whom it asks; the search goes back to the last that isn't one. */
function clientAddress(options: Options): string[] {
    return options["use-forwarded-headers"] === "true"
        ? [
              `real_ip_header ${options["forwarded-for-header"]};`,
              "real_ip_recursive on;",
              ...listOf(options["proxy-real-ip-cidr"]).map((cidr) => `set_real_ip_from ${cidr};`),
          ]
        : [];
}

function variables(options: Options): string[] {
    const source = (header: string) => (options["use-forwarded-headers"] === "true" ? header : '""');
    const orElse = (result: string, header: string, other: string) =>
        block(`map ${source(header)} ${result}`, `default ${header};`, `"" ${other};`);
    const subdomains = options["hsts-include-subdomains"] === "true" ? "; includeSubDomains" : "";
    const hsts = options.hsts === "true" ? `max-age=${options["hsts-max-age"]}${subdomains}` : "";
    return [
        block("map $http_host $best_http_host", "default $http_host;", '"" $host;'),
        block("map $http_x_request_id $req_id", "default $http_x_request_id;", '"" $request_id;'),
        block("map $http_upgrade $connection_upgrade", "default upgrade;", '"" "";'),
        block("map $https $hsts", 'default "";', `on ${quoted(hsts)};`),
        orElse("$pass_access_scheme", "$http_x_forwarded_proto", "$scheme"),
        orElse("$pass_port", "$http_x_forwarded_port", "$server_port"),
        orElse("$pass_host", "$http_x_forwarded_host", "$best_http_host"),
    ];
}

/** Counts by the client's address, after it was found out. */
function limitZones({ ingress, protection }: Location): string[] {
    const zone = zoneName(ingress);
    const { requestsPerSecond: rate, connections } = protection;
    return [
        ...(connections ? [`limit_conn_zone $binary_remote_addr zone=${zone}_conn:5m;`] : []),
        ...(rate ? [`limit_req_zone $binary_remote_addr zone=${zone}_rps:5m rate=${rate}r/s;`] : []),
    ];
}

function zoneName({ metadata }: Location["ingress"]): string {
    return `${metadata.namespace}_${metadata.name}_${metadata.uid}`;
}

function isServed({ denied, endpoints }: Location): boolean {
    return denied === undefined && endpoints.length > 0;
}

function upstream({ upstream: name, endpoints }: Location): string {
    return block(`upstream ${name}`, ...endpoints.map((each) => `server ${each} max_fails=0;`), "keepalive 64;");
}

/** For clients that name no host of ours. */
function defaultServers(): string[] {
    return [
        block(
            "server",
            "listen 80 default_server backlog=4096;",
            // Also makes the variables of the log known, when there is no Ingress at all.
            'set $namespace "";',
            'set $ingress_name "";',
            "return 404;",
        ),
        block("server", "listen 443 default_server ssl http2 backlog=4096;", "ssl_reject_handshake on;"),
    ];
}

function server({ host, certificate, locations }: Server): string {
    const exact = locations.filter((each) => each.exact).map((each) => each.path);
    const blocks = locations.flatMap((each) => {
        const prefix = each.path.replace(/\/+$/, "");
        return each.exact
            ? [location(`= ${each.path}`, each)]
            : [
                  ...(prefix === "" || exact.includes(prefix) ? [] : [location(`= ${prefix}`, each)]),
                  location(`${prefix}/`, each),
              ];
    });
    const hasRoot = locations.some((each) => !each.exact && /^\/+$/.test(each.path));
    return block(
        "server",
        "listen 80;",
        "listen 443 ssl http2;",
        `server_name ${host};`,
        ...(certificate === undefined
            ? ["ssl_reject_handshake on;"]
            : [
                  `ssl_certificate ${certificate};`,
                  `ssl_certificate_key ${certificate};`,
                  'more_set_headers "Strict-Transport-Security: $hsts";',
              ]),
        ...blocks,
        ...(hasRoot ? [] : [block("location /", "return 404;")]),
    );
}

function location(match: string, each: Location): string {
    const { metadata } = each.ingress;
    const { requestsPerSecond: rate, burstMultiplier, connections, bodySize } = each.protection;
    const zone = zoneName(each.ingress);
    return block(
        `location ${match}`,
        `set $namespace ${metadata.namespace};`,
        `set $ingress_name ${metadata.name};`,
        ...each.headers.map(([name, value]) => `more_set_headers ${quoted(`${name}: ${value}`)};`),
        ...(each.redirect ? [block("if ($pass_access_scheme = http)", "return 308 https://$host$request_uri;")] : []),
        `client_max_body_size ${bodySize};`,
        ...(connections ? [`limit_conn ${zone}_conn ${connections};`] : []),
        ...(rate ? [`limit_req zone=${zone}_rps burst=${rate * burstMultiplier} nodelay;`] : []),
        isServed(each) ? `proxy_pass http://${each.upstream};` : "return 503;",
    );
}

function quoted(text: string): string {
    return `"${text.replace(/["\\]/g, "\\$&")}"`;
}

function block(name: string, ...content: string[]): string {
    return `${name} {\n${lines(...content).replace(/^(?=.)/gm, "    ")}}`;
}

function lines(...content: string[]): string {
    return content.map((line) => `${line}\n`).join("");
}

function unique(items: string[]): string[] {
    return [...new Set(items)];
}
