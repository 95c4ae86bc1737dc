// Made by npm run console:types from the OpenAPI document.

export interface paths {
    "/api/v1/invocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A page of records with the exact total of all that match */
        get: operations["findInvocations"];
        put?: never;
        /** Records in; the receipt comes when everything it counts is on disk */
        post: operations["writeInvocations"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Records as they come in, as server-sent events */
        get: operations["followInvocations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/invocations/{requestId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All retries of one request; 404 where there is none */
        get: operations["findInvocation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures over all runs that match, by group */
        get: operations["readStatistics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/concurrency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many runs went on at once */
        get: operations["readConcurrency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/stats/distribution": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Runs that have ended by time and by duration or memory */
        get: operations["readDistribution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/errors": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Failed runs by the shape of what went wrong, names and numbers taken out */
        get: operations["findErrors"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/functions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Functions with runs in a window, beside an earlier one; what changed most first */
        get: operations["findFunctions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/{source}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Events of another platform; the receipt counts events */
        post: operations["writeEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/sources/firehose": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** A delivery of Firehose with records of a CloudWatch Logs subscription */
        post: operations["writeFirehoseDelivery"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The session of the cookie */
        get: operations["readSession"];
        put?: never;
        /** Begins a session; its cookie then stands for the key */
        post: operations["signIn"];
        /** Ends the session of the cookie */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/functions/{name}/invocations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Runs a function of this machine, under fnlog dev alone */
        post: operations["runFunction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description One run of a function. Unknown fields of an ingested record are kept beside these. */
        Invocation: {
            /** @description default where it is left out */
            namespace: string;
            /** @description 1 to 256 characters */
            functionName: string;
            /** @description $LATEST where it is left out */
            qualifier: string;
            /** @description 1 to 256 characters; names the event, a retry keeps it */
            requestId: string;
            /** @description 0 for the first run of a request */
            retryNum: number;
            /**
             * Format: date-time
             * @description UTC, to the microsecond
             */
            startTime: string;
            /** @description milliseconds */
            duration: number;
            /** @description milliseconds */
            billDuration: number;
            /** @description bytes */
            memUsage: number;
            /** @description bytes; 0 where it is not known */
            memoryLimit: number;
            /** @description milliseconds that the run may take; absent where it is not known */
            timeLimit?: number;
            /** @description milliseconds; present on a cold start */
            initDuration?: number;
            /** @description 0 ok, 2 running, 3 interrupted, other failed */
            retCode: number;
            /** @description the kind of outcome, by the table of SCF */
            statusCode: number;
            /**
             * @description 1 once the run has ended
             * @enum {integer}
             */
            invokeFinished: 0 | 1;
            /** @description what the run returned */
            retMsg: string;
            /** @description what the run logged */
            log: string;
            /** @description empty where there is none */
            traceId: string;
            /** @description where the record comes from */
            source: string;
            /** @description bytes that the log was over the bound; absent where it was not cut */
            logCutBytes?: number;
            /**
             * @description of a run with retCode 2
             * @enum {string}
             */
            runStatus?: "running" | "lost";
            /**
             * Format: date-time
             * @description when fnlog last took news of a run that has not ended
             */
            lastHeard?: string;
            /** @description among the runs of its function that have ended; only where it is asked for */
            rank?: {
                /** @description the share of them that took no longer, 0 to 100 */
                percentile: number;
                /** @description how many they are */
                among: number;
                /** @description milliseconds */
                median: number;
                /** @description null where the median is 0 */
                timesMedian: number | null;
            };
            /** @description where a search was found; only where something is searched for */
            snippets?: {
                /** @enum {string} */
                field: "log" | "retMsg";
                /** @description a part of the text */
                text: string;
                /** @description where hits begin and end in it, in UTF-16 units */
                hits: number[][];
            }[];
        } & {
            [key: string]: unknown;
        };
        /** @description Every field that is left out has a default. Other fields are kept as they come. */
        InvocationToWrite: {
            /** @description default where it is left out */
            namespace?: string;
            /** @description 1 to 256 characters */
            functionName: string;
            /** @description $LATEST where it is left out */
            qualifier?: string;
            /** @description 1 to 256 characters; names the event, a retry keeps it */
            requestId: string;
            /** @description 0 for the first run of a request */
            retryNum?: number;
            /** @description RFC 3339 with a zone, or milliseconds since 1970 */
            startTime: string | number;
            /** @description milliseconds */
            duration?: number;
            /** @description milliseconds */
            billDuration?: number;
            /** @description bytes */
            memUsage?: number;
            /** @description bytes; 0 where it is not known */
            memoryLimit?: number;
            /** @description milliseconds that the run may take; absent where it is not known */
            timeLimit?: number;
            /** @description milliseconds; present on a cold start */
            initDuration?: number;
            /** @description 0 ok, 2 running, 3 interrupted, other failed */
            retCode?: number;
            /** @description the kind of outcome, by the table of SCF */
            statusCode?: number;
            /**
             * @description 1 once the run has ended
             * @enum {integer}
             */
            invokeFinished?: 0 | 1;
            /** @description what the run returned */
            retMsg?: string;
            /** @description what the run logged */
            log?: string;
            /** @description empty where there is none */
            traceId?: string;
            /** @description where the record comes from */
            source?: string;
        } & {
            [key: string]: unknown;
        };
        InvocationPage: {
            /** @description how many records match, exactly */
            total: number;
            /** @description the mark that the answer is about; with it, it stays the same */
            asOf: number;
            /** @description for the page after this one; absent where there is none */
            nextCursor?: string;
            receipt?: components["schemas"]["Completeness"];
            invocations: components["schemas"]["Invocation"][];
        };
        /** @description of all records of the function, or of the namespace, in the window */
        Completeness: {
            /**
             * Format: date-time
             * @description the first start of the window
             */
            since?: string;
            /**
             * Format: date-time
             * @description the first start after the window
             */
            until?: string;
            /** @description records that are stored */
            runs: number;
            /**
             * Format: date-time
             * @description the latest start
             */
            newest?: string;
            /** @description milliseconds since the latest start */
            newestAge?: number;
            /** @description came more than five minutes after their end */
            late: number;
            /** @description with a log that was cut */
            cut: number;
            /** @description took the place of an earlier record of the same run */
            replaced: number;
            /** @description were sent again as they are; of all hours that the window touches */
            duplicates: number;
            /** @description were sent and not taken; of all hours that the window touches */
            rejected: number;
            /** @description have not ended, and still may */
            running: number;
            /** @description never ended, though their time is up */
            lost: number;
        };
        Receipt: {
            /** @description records that are new */
            accepted: number;
            /** @description records that took the place of an earlier one */
            replaced: number;
            /** @description records that were there already */
            duplicates: number;
            /** @description the first thousand */
            rejected: {
                /** @description of NDJSON, or the element of an array, from 1 */
                line: number;
                /** @description empty where the record cannot be read */
                field: string;
                /** @description what is accepted */
                reason: string;
            }[];
            /** @description given where `rejected` lists only the first */
            rejectedCount?: number;
        };
        Error: {
            error: {
                /** @description stays the same across versions */
                code: string;
                /** @description names the field, the value and what is accepted */
                message: string;
                details?: {
                    [key: string]: unknown;
                };
            };
        };
        /** @enum {string} */
        Status: "ok" | "failed" | "running" | "lost";
        Figures: {
            /** @description all of them */
            runs: number;
            /** @description retCode 0 */
            ok: number;
            /** @description ended, and not with retCode 0 */
            failed: number;
            /** @description not ended, and still may */
            running: number;
            /** @description never ended, though their time is up */
            lost: number;
            /** @description runs with an initDuration */
            coldStarts: number;
            /** @description of runs that have ended; absent where none has */
            duration?: {
                /** @description milliseconds */
                mean: number;
                /** @description milliseconds */
                p50: number;
                /** @description milliseconds */
                p90: number;
                /** @description milliseconds */
                p95: number;
                /** @description milliseconds */
                p99: number;
                /** @description milliseconds */
                max: number;
            };
            /** @description of runs that have ended; absent where none has */
            memory?: {
                /** @description bytes used */
                p95: number;
                /** @description bytes used */
                max: number;
                /** @description the largest limit in bytes; 0 where none is known */
                limit: number;
                /** @description the largest share of its limit that a run used */
                share: number;
            };
            /** @description billed seconds times 2^30 bytes of the limit, or of the memory used */
            billedGbSeconds: number;
            /** @description where the setting prices is set */
            price?: {
                /** @description for the runs that have ended */
                amount: number;
                currency: string;
            };
        };
        Statistics: {
            /** @description the mark that the answer is about */
            asOf: number;
            groups: {
                /**
                 * Format: date-time
                 * @description when the group begins
                 */
                time?: string;
                functionName?: string;
                qualifier?: string;
                /** @description all of them */
                runs: number;
                /** @description retCode 0 */
                ok: number;
                /** @description ended, and not with retCode 0 */
                failed: number;
                /** @description not ended, and still may */
                running: number;
                /** @description never ended, though their time is up */
                lost: number;
                /** @description runs with an initDuration */
                coldStarts: number;
                /** @description of runs that have ended; absent where none has */
                duration?: {
                    /** @description milliseconds */
                    mean: number;
                    /** @description milliseconds */
                    p50: number;
                    /** @description milliseconds */
                    p90: number;
                    /** @description milliseconds */
                    p95: number;
                    /** @description milliseconds */
                    p99: number;
                    /** @description milliseconds */
                    max: number;
                };
                /** @description of runs that have ended; absent where none has */
                memory?: {
                    /** @description bytes used */
                    p95: number;
                    /** @description bytes used */
                    max: number;
                    /** @description the largest limit in bytes; 0 where none is known */
                    limit: number;
                    /** @description the largest share of its limit that a run used */
                    share: number;
                };
                /** @description billed seconds times 2^30 bytes of the limit, or of the memory used */
                billedGbSeconds: number;
                /** @description where the setting prices is set */
                price?: {
                    /** @description for the runs that have ended */
                    amount: number;
                    currency: string;
                };
            }[];
        };
        Concurrency: {
            /** @description the mark that the answer is about */
            asOf: number;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
            /** @description seconds of a slice */
            step: number;
            /** @description that went on at some moment of the window */
            runs: number;
            /** @description the most at one moment */
            max: number;
            /**
             * Format: date-time
             * @description the first such moment
             */
            maxAt: string;
            /** @description every slice that the window touches */
            points: {
                /** Format: date-time */
                time: string;
                /** @description at one moment */
                max: number;
                /** @description over the slice */
                mean: number;
            }[];
        };
        Distribution: {
            /** @description the mark that the answer is about */
            asOf: number;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
            /** @description seconds of a slice */
            step: number;
            /** @enum {string} */
            of: "duration" | "memUsage";
            /** @description those with runs, in milliseconds or bytes; small ones first */
            buckets: {
                /** @description the smallest value */
                from: number;
                /** @description the first too large */
                to: number;
            }[];
            /** @description those with runs, by time and bucket */
            cells: {
                /** Format: date-time */
                time: string;
                /** @description its place in buckets */
                bucket: number;
                /** @description runs */
                count: number;
            }[];
        };
        ErrorPage: {
            /** @description shapes in the window */
            total: number;
            /** @description failed runs in the window */
            runs: number;
            /** @description the mark that the answer is about */
            asOf: number;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
            /** @description length of the slices of a trend, in seconds */
            trendStep: number;
            errors: {
                /** @description names the shape */
                shapeId: string;
                shape: string;
                /** @description failed runs */
                count: number;
                /** @description functions that have such runs */
                functions: number;
                /** Format: date-time */
                firstSeen: string;
                /** Format: date-time */
                lastSeen: string;
                /** @description the newest of them */
                example: {
                    functionName: string;
                    requestId: string;
                    /** Format: date-time */
                    startTime: string;
                    statusCode: number;
                    message: string;
                };
                /** @description by slices that begin at multiples of trendStep: all that the window touches */
                trend: number[];
            }[];
        };
        FunctionPage: {
            /** @description functions with runs in the window */
            total: number;
            /** @description the mark that the answer is about */
            asOf: number;
            /** Format: date-time */
            since: string;
            /** Format: date-time */
            until: string;
            /** @description length of the slices of a series, in seconds */
            seriesStep: number;
            functions: {
                functionName: string;
                /** @description all of them */
                runs: number;
                /** @description retCode 0 */
                ok: number;
                /** @description ended, and not with retCode 0 */
                failed: number;
                /** @description not ended, and still may */
                running: number;
                /** @description never ended, though their time is up */
                lost: number;
                /** @description runs with an initDuration */
                coldStarts: number;
                /** @description of runs that have ended; absent where none has */
                duration?: {
                    /** @description milliseconds */
                    mean: number;
                    /** @description milliseconds */
                    p50: number;
                    /** @description milliseconds */
                    p90: number;
                    /** @description milliseconds */
                    p95: number;
                    /** @description milliseconds */
                    p99: number;
                    /** @description milliseconds */
                    max: number;
                };
                /** @description of runs that have ended; absent where none has */
                memory?: {
                    /** @description bytes used */
                    p95: number;
                    /** @description bytes used */
                    max: number;
                    /** @description the largest limit in bytes; 0 where none is known */
                    limit: number;
                    /** @description the largest share of its limit that a run used */
                    share: number;
                };
                /** @description billed seconds times 2^30 bytes of the limit, or of the memory used */
                billedGbSeconds: number;
                /** @description where the setting prices is set */
                price?: {
                    /** @description for the runs that have ended */
                    amount: number;
                    currency: string;
                };
                /** @description how much is different from the earlier window */
                changed: number;
                previous?: components["schemas"]["Figures"];
                /** @description by slices that begin at multiples of seriesStep: all that the window touches */
                series: {
                    runs: number[];
                    failed: number[];
                };
            }[];
        };
        SignIn: {
            /** @description of the key */
            secretId: string;
            /** @description of the key */
            secretKey: string;
            /** @description of a temporary key */
            token?: string;
        };
        Session: {
            /** @description of the key */
            secretId: string;
            /** @enum {string} */
            role: "ingest" | "read" | "admin";
            /** @description that the key may touch; * is all */
            namespaces: "*" | string[];
            /** Format: date-time */
            expiresAt: string;
            /** @description to be sent as x-csrf-token with whatever changes something */
            csrfToken: string;
            /** @description functions that this key may run here */
            localFunctions: string[];
        };
    };
    responses: {
        /** @description What was wrong; the status is the HTTP one */
        Error: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["Error"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    findInvocations: {
        parameters: {
            query?: {
                /** @description default where it is left out */
                namespace?: string;
                /** @description records of one function */
                functionName?: string;
                /** @description records of one version or alias */
                qualifier?: string;
                /** @description records of one request, with its retries */
                requestId?: string;
                /** @description records that ended so, or have not ended */
                status?: components["schemas"]["Status"];
                /** @description words and "phrases" that the message or the log has, all of them */
                search?: string;
                /** @description a text in the message or the log, byte for byte */
                contains?: string;
                /** @description what the message or the log matches, in the syntax of RE2 */
                regex?: string;
                /** @description cold starts only, or others only */
                cold?: "true" | "false";
                /** @description slower than times the median as in >3x, or a duration as in >250ms */
                slow?: string;
                /** @description the first start of the window; RFC 3339 with a zone */
                since?: string;
                /** @description the first start after the window */
                until?: string;
                /** @description failed runs of one shape, by the shapeId of GET /api/v1/errors */
                errorShape?: string;
                /** @description startTime where it is left out */
                orderBy?: "startTime" | "functionName" | "requestId" | "duration" | "memUsage";
                /** @description asc with orderBy; without either, newest first */
                order?: "asc" | "desc";
                /** @description records of the page; 0 counts only */
                limit?: number;
                /** @description records before the page */
                offset?: number;
                /** @description the mark of an earlier answer: the same total and order again */
                asOf?: number;
                /** @description whether to say how complete the records are; false with a cursor */
                receipt?: "true" | "false";
                /** @description true: each record with its place among the runs of its function */
                rank?: "true" | "false";
                /** @description the nextCursor of a page: the page after it, at the same mark */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvocationPage"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    writeInvocations: {
        parameters: {
            query?: never;
            header?: {
                /** @description gzip where the body is packed */
                "Content-Encoding"?: "gzip";
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": components["schemas"]["InvocationToWrite"];
                "application/json": components["schemas"]["InvocationToWrite"][];
            };
        };
        responses: {
            /** @description the receipt */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    followInvocations: {
        parameters: {
            query?: {
                /** @description default where it is left out */
                namespace?: string;
                /** @description records of one function */
                functionName?: string;
                /** @description records of one version or alias */
                qualifier?: string;
                /** @description records of one request, with its retries */
                requestId?: string;
                /** @description records that ended so, or have not ended */
                status?: components["schemas"]["Status"];
                /** @description words and "phrases" that the message or the log has, all of them */
                search?: string;
                /** @description a text in the message or the log, byte for byte */
                contains?: string;
                /** @description what the message or the log matches, in the syntax of RE2 */
                regex?: string;
                /** @description cold starts only, or others only */
                cold?: "true" | "false";
                /** @description slower than times the median as in >3x, or a duration as in >250ms */
                slow?: string;
                /** @description the first start of the window; RFC 3339 with a zone */
                since?: string;
                /** @description the first start after the window */
                until?: string;
                /** @description everything after this ingest sequence; from now on without it */
                after?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description events invocation (data: a record), gap and end; ids are sequences */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
            default: components["responses"]["Error"];
        };
    };
    findInvocation: {
        parameters: {
            query?: {
                /** @description default where it is left out */
                namespace?: string;
                /** @description records of one function */
                functionName?: string;
                /** @description records of one version or alias */
                qualifier?: string;
                /** @description records that ended so, or have not ended */
                status?: components["schemas"]["Status"];
                /** @description words and "phrases" that the message or the log has, all of them */
                search?: string;
                /** @description a text in the message or the log, byte for byte */
                contains?: string;
                /** @description what the message or the log matches, in the syntax of RE2 */
                regex?: string;
                /** @description cold starts only, or others only */
                cold?: "true" | "false";
                /** @description slower than times the median as in >3x, or a duration as in >250ms */
                slow?: string;
                /** @description the first start of the window; RFC 3339 with a zone */
                since?: string;
                /** @description the first start after the window */
                until?: string;
                /** @description failed runs of one shape, by the shapeId of GET /api/v1/errors */
                errorShape?: string;
                /** @description startTime where it is left out */
                orderBy?: "startTime" | "functionName" | "requestId" | "duration" | "memUsage";
                /** @description asc with orderBy; without either, newest first */
                order?: "asc" | "desc";
                /** @description records of the page; 0 counts only */
                limit?: number;
                /** @description records before the page */
                offset?: number;
                /** @description the mark of an earlier answer: the same total and order again */
                asOf?: number;
                /** @description whether to say how complete the records are; false with a cursor */
                receipt?: "true" | "false";
                /** @description true: each record with its place among the runs of its function */
                rank?: "true" | "false";
                /** @description the nextCursor of a page: the page after it, at the same mark */
                cursor?: string;
            };
            header?: never;
            path: {
                /** @description as the record has it */
                requestId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the records */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvocationPage"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    readStatistics: {
        parameters: {
            query?: {
                /** @description default where it is left out */
                namespace?: string;
                /** @description records of one function */
                functionName?: string;
                /** @description records of one version or alias */
                qualifier?: string;
                /** @description records of one request, with its retries */
                requestId?: string;
                /** @description records that ended so, or have not ended */
                status?: components["schemas"]["Status"];
                /** @description words and "phrases" that the message or the log has, all of them */
                search?: string;
                /** @description a text in the message or the log, byte for byte */
                contains?: string;
                /** @description what the message or the log matches, in the syntax of RE2 */
                regex?: string;
                /** @description cold starts only, or others only */
                cold?: "true" | "false";
                /** @description slower than times the median as in >3x, or a duration as in >250ms */
                slow?: string;
                /** @description the first start of the window; RFC 3339 with a zone */
                since?: string;
                /** @description the first start after the window */
                until?: string;
                /** @description failed runs of one shape, by the shapeId of GET /api/v1/errors */
                errorShape?: string;
                /** @description whether durations and memory are wanted, which take most of the time */
                percentiles?: "true" | "false";
                /** @description of functionName, qualifier, time; by commas */
                groupBy?: string;
                /** @description length of a group by time: seconds, or 5m, 1h, 1d */
                step?: string;
                /** @description the mark of an earlier answer: the same figures again */
                asOf?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the figures */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Statistics"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    readConcurrency: {
        parameters: {
            query?: {
                /** @description default where it is left out */
                namespace?: string;
                /** @description records of one function */
                functionName?: string;
                /** @description records of one version or alias */
                qualifier?: string;
                /** @description the first start of the window; RFC 3339 with a zone */
                since?: string;
                /** @description the first start after the window */
                until?: string;
                /** @description length of a slice: seconds, or 5m, 1h, 1d; 200 slices at most if not told */
                step?: string;
                /** @description the mark of an earlier answer: the same figures again */
                asOf?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the numbers by slices of the window */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Concurrency"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    readDistribution: {
        parameters: {
            query?: {
                /** @description default where it is left out */
                namespace?: string;
                /** @description records of one function */
                functionName?: string;
                /** @description records of one version or alias */
                qualifier?: string;
                /** @description the first start of the window; RFC 3339 with a zone */
                since?: string;
                /** @description the first start after the window */
                until?: string;
                /** @description length of a slice: seconds, or 5m, 1h, 1d; 200 slices at most if not told */
                step?: string;
                /** @description what the buckets are of */
                of?: "duration" | "memUsage";
                /** @description the mark of an earlier answer: the same figures again */
                asOf?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the cells with runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Distribution"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    findErrors: {
        parameters: {
            query?: {
                /** @description default where it is left out */
                namespace?: string;
                /** @description records of one function */
                functionName?: string;
                /** @description records of one version or alias */
                qualifier?: string;
                /** @description words and "phrases" that the message or the log has, all of them */
                search?: string;
                /** @description a text in the message or the log, byte for byte */
                contains?: string;
                /** @description what the message or the log matches, in the syntax of RE2 */
                regex?: string;
                /** @description the first start of the window; RFC 3339 with a zone */
                since?: string;
                /** @description the first start after the window */
                until?: string;
                /** @description count where it is left out */
                orderBy?: "count" | "lastSeen" | "firstSeen";
                /** @description desc where it is left out */
                order?: "asc" | "desc";
                /** @description shapes of the page */
                limit?: number;
                /** @description shapes before the page */
                offset?: number;
                /** @description the mark of an earlier answer: the same figures again */
                asOf?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the errors */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErrorPage"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    findFunctions: {
        parameters: {
            query?: {
                /** @description default where it is left out */
                namespace?: string;
                /** @description the first start of the window; RFC 3339 with a zone */
                since?: string;
                /** @description the first start after the window */
                until?: string;
                /** @description what the figures are compared with */
                compare?: "week" | "previous" | "none";
                /** @description changed where it is left out */
                orderBy?: "changed" | "functionName" | "runs" | "failed" | "p95" | "memory" | "coldStarts" | "cost";
                /** @description asc by name, else desc */
                order?: "asc" | "desc";
                /** @description functions of the page */
                limit?: number;
                /** @description functions before the page */
                offset?: number;
                /** @description the mark of an earlier answer: the same figures again */
                asOf?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the functions */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FunctionPage"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    writeEvents: {
        parameters: {
            query?: {
                /** @description where the events do not say it; not every source has it */
                namespace?: string;
                /** @description where the events do not say it; not every source has it */
                functionName?: string;
                /** @description where the events do not say it; not every source has it */
                stream?: string;
            };
            header?: never;
            path: {
                /** @description whose events these are */
                source: "lambda-telemetry" | "cloudwatch" | "cls";
            };
            cookie?: never;
        };
        /** @description as the platform sends it; may be gzip */
        requestBody: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description the receipt */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Receipt"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    writeFirehoseDelivery: {
        parameters: {
            query?: {
                /** @description where the common attributes do not say it */
                namespace?: string;
                /** @description where the common attributes do not say it */
                functionName?: string;
            };
            header: {
                /** @description SecretId:SecretKey */
                "X-Amz-Firehose-Access-Key": string;
            };
            path?: never;
            cookie?: never;
        };
        /** @description as the platform sends it; may be gzip */
        requestBody: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description as the protocol of Firehose has it; errorMessage where nothing was taken */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        requestId: string;
                        timestamp: number;
                        errorMessage?: string;
                    };
                };
            };
        };
    };
    readSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description the session */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    signIn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description the session, and its cookie */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Session"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header: {
                /** @description the csrfToken of the session */
                "x-csrf-token": string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description it is ended */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            default: components["responses"]["Error"];
        };
    };
    runFunction: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description of the function */
                name: string;
            };
            cookie?: never;
        };
        /** @description the event */
        requestBody?: {
            content: {
                "application/json": unknown;
            };
        };
        responses: {
            /** @description the record of the run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Invocation"];
                };
            };
            default: components["responses"]["Error"];
        };
    };
}
