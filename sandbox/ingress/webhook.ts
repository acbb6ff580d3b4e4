/** The servers beside NGINX: the admission webhook, and the one for probes and metrics. */
import * as fs from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import type { Controller } from "./controller";
import type { Ingress } from "./objects";

interface Review {
    request: { uid: string; object: Ingress };
}

/** Refuses an Ingress that would not be served, before it is stored. */
export function startWebhook(controller: Controller, port: number, certificate: string, key: string): void {
    const tls = { cert: fs.readFileSync(certificate), key: fs.readFileSync(key), minVersion: "TLSv1.2" as const };
    const server = https.createServer(tls, async (request, response) => {
        try {
            let body = "";
            for await (const chunk of request) {
                body += chunk;
            }
            const { uid, object } = (JSON.parse(body) as Review).request;
            const fault = await controller.faultOf(object);
            const refusal = { allowed: false, status: { code: 400, message: fault } };
            const answer = { uid, ...(fault === undefined ? { allowed: true } : refusal) };
            const review = { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response: answer };
            response.setHeader("content-type", "application/json").end(JSON.stringify(review));
        } catch (error) {
            console.error(`webhook: ${(error as Error).message}`);
            response.writeHead(500).end();
        }
    });
    server.listen(port);
}

/** Answers probes, and the one metric that the stand-in has. */
export function startHealth(controller: Controller, port: number): void {
    const server = http.createServer((request, response) => {
        if (request.url === "/healthz") {
            response.writeHead(controller.healthy ? 200 : 503).end();
        } else if (request.url === "/metrics") {
            const metric = "nginx_ingress_controller_config_last_reload_successful";
            const text = `# TYPE ${metric} gauge\n${metric} ${controller.healthy ? 1 : 0}\n`;
            response.setHeader("content-type", "text/plain; version=0.0.4").end(text);
        } else {
            response.writeHead(404).end();
        }
    });
    server.listen(port);
}
