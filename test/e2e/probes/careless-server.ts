/**
 * A program of Node.js that does everything wrong which the ingress controller and the sample application do right: any
 * TLS, any host, cookies for everybody, forms without tokens, markup as it comes, and a version on everything.
 */
export const CARELESS_SERVER = `
const fs = require("fs"), http = require("http"), https = require("https");
const notes = [], file = (name) => fs.readFileSync("/tls/" + name);
const form = (method, path, fields) => "<form method=" + method + " action=" + path + ">" + fields + "</form>";
const field = (name, type) => "<input name=" + name + " type=" + type + ">";
const page = (query) => form("get", "/", field("search", "text")) + "Found: " + query
    + form("post", "/notes", "<input type=hidden name=token value=1><textarea name=body></textarea>") + notes.join();
const answer = (request, response) => {
    const { pathname, searchParams } = new URL(request.url.replace(/^\\/+/, "/"), "http://careless");
    let body = "";
    request.on("data", (chunk) => { body += chunk; }).on("end", () => {
        const given = new URLSearchParams(body);
        const send = (status, headers, text = "") => response.writeHead(status, { server: "nginx/1.22.1", "content-type": "text/html", ...headers }).end(text);
        if (pathname === "/metrics") return send(200, {}, "# HELP requests All of them\\n");
        if (pathname === "/sign-in" && request.method === "POST") return send(303, { location: "/", "set-cookie": "user=" + given.get("name") });
        if (pathname === "/sign-in") return send(200, {}, form("post", "/sign-in", field("name", "text") + field("password", "password") + field("token", "hidden")));
        if (pathname === "/notes") { notes.push(given.get("body")); return send(303, { location: "/" }); }
        if (!/user=/.test(request.headers.cookie || "")) return send(303, { location: "/sign-in" });
        send(200, {}, page(searchParams.get("search") || ""));
    });
};
https.createServer({ key: file("tls.key"), cert: file("tls.crt"), minVersion: "TLSv1", ciphers: "DEFAULT@SECLEVEL=0" }, answer).listen(443);
http.createServer(answer).listen(80);
process.on("SIGTERM", () => process.exit());
`;
