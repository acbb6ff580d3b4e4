/** The images of the pages, by their files. */
import * as path from "node:path";
import { flowsDiagram } from "./diagram-flows";
import { layersDiagram } from "./diagram-layers";
import type { Exit, Exposure } from "./exposed-ports";

const FOLDER = path.join(__dirname, "images");

/** Every image by its path, from the ways in and out that the policies declare. */
export function images(found: Exposure[], calls: Exit[]): Map<string, string> {
    return new Map([
        [path.join(FOLDER, "layers.svg"), layersDiagram()],
        [path.join(FOLDER, "flows.svg"), flowsDiagram(found, calls)],
    ]);
}
