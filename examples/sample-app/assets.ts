/** Style sheet and icon, from files beside this one. */
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import type { FastifyInstance } from "fastify";
import type { Assets } from "./pages";

const TYPES = { "style.css": "text/css", "icon.svg": "image/svg+xml" };

/** Serves the files and tells where. Their addresses change with their content, so browsers may keep them. */
export function serveAssets(scope: FastifyInstance): Assets {
    const serve = (name: keyof typeof TYPES): string => {
        const content = fs.readFileSync(path.join(__dirname, "assets", name));
        const version = createHash("sha256").update(content).digest("hex").slice(0, 8);
        scope.get(`/assets/${name}`, { logLevel: "warn" }, async (_request, reply) =>
            reply
                .header("Cache-Control", "public, max-age=31536000, immutable")
                .type(`${TYPES[name]}; charset=utf-8`)
                .send(content),
        );
        return `/assets/${name}?v=${version}`;
    };
    return { style: serve("style.css"), icon: serve("icon.svg") };
}
