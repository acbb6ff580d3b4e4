/** The findings that stay, each with the reason. */
import type { Exception } from "./exception";
import { databaseExceptions } from "./exceptions-database-chart";
import { ingressExceptions } from "./exceptions-ingress-chart";
import { monitoringExceptions } from "./exceptions-monitoring-charts";
import { programExceptions } from "./exceptions-program";

export const exceptions: Exception[] = [
    ...programExceptions,
    ...ingressExceptions,
    ...databaseExceptions,
    ...monitoringExceptions,
];
