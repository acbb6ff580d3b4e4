/** A visitor of the sample application, who keeps cookies and forms as a browser does. */
import { strict as assert } from "node:assert";
import { Relay } from "./relay";
import { VISITOR, VISITORS } from "./sample-app-stack";

/** Where all visitors are. */
export const relay = new Relay(VISITORS, `deploy/${VISITOR}`);

/** What the ingress controller says of a request that came by TLS. */
const BEHIND_TLS = { "x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https" };

const COOKIE = "__Host-session";

/** Somebody with a browser; `origin` is where the application answers. */
export class Browser {
    cookie = "";

    constructor(
        readonly origin: string,
        private readonly headers: Record<string, string> = BEHIND_TLS,
    ) {}

    async get(path: string) {
        return this.send(path, {});
    }

    async post(path: string, form: Record<string, string>) {
        const type = { "content-type": "application/x-www-form-urlencoded" };
        return this.send(path, { method: "POST", body: new URLSearchParams(form).toString() }, type);
    }

    /** The token of the forms on a page. */
    async token(path: string): Promise<string> {
        const { status, body } = await this.get(path);
        const token = /name="_csrf" value="([^"]+)"/.exec(body)?.[1];
        assert.ok(token, `${path}: ${status} ${body}`);
        return token;
    }

    async signIn(name: string, password: string) {
        return this.post("/sign-in", { name, password, _csrf: await this.token("/sign-in") });
    }

    private async send(path: string, options: object, headers: Record<string, string> = {}) {
        const cookie: Record<string, string> = this.cookie === "" ? {} : { cookie: `${COOKIE}=${this.cookie}` };
        const all = { ...this.headers, ...headers, ...cookie };
        const page = await relay.request(this.origin + path, { ...options, headers: all });
        for (const set of page.cookies) {
            this.cookie = new RegExp(`^${COOKIE}=([^;]*)`).exec(set)?.[1] ?? this.cookie;
        }
        return page;
    }
}
