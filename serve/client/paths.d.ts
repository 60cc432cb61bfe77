/** Written by spec/tools/client-types.ts out of the server's description. */
export interface paths {
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Prometheus metrics */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pins/{id}/related": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pins related to a pin */
        get: operations["similarPins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/boards/{id}/ideas": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pins that would fit a board */
        get: operations["recommendForBoard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/recommend": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pins that would fit a board of these pins */
        post: operations["recommendForPins"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The most saved pins, of all or of one community */
        get: operations["popularPins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Up to 100 lists of related pins and ideas */
        post: operations["recommendBatch"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/boards/{id}/similar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Boards that share pins with a board */
        get: operations["similarBoards"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pins/{id}/boards": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Boards that would suit a pin */
        get: operations["boardsForPin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pins/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One pin */
        get: operations["getPin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/pins/{id}/picture": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A pin's picture: SVG, PNG, JPEG, WebP or GIF */
        get: operations["getPicture"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/boards/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One board */
        get: operations["getBoard"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Pins and boards whose titles match */
        get: operations["searchTitles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/info": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The generation that is served */
        get: operations["getInfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process runs */
        get: operations["isLive"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Requests can be answered */
        get: operations["isReady"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** What was saved, changed, deleted, shown or hidden: lists see it at once */
        post: operations["sendEvents"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/deletions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Whether a delete holds: gone from the generation that is served, or still masked */
        get: operations["getDeletion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/generations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Load the file that is followed now */
        post: operations["loadGeneration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/generations/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Serve the generation before again */
        post: operations["rollBackGeneration"];
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
        /** Batch */
        Batch: {
            requestId: string;
            /** @description short name of the contents answered from */
            generation: string;
            tookMs: number;
            /** @description ids of pins that were named and are not in this generation: left out, the first hundred listed */
            unknown: string[];
            /** @description one a query, in their order; null where its pin or board is unknown */
            lists: (components["schemas"]["BatchList"] | null)[];
        };
        /** BatchList */
        BatchList: {
            /** @enum {string} */
            scoreKind: "fused" | "embedding" | "walk" | "filter" | "spectral" | "saves" | "bm25";
            fallback: ("embedding" | "walk" | "popular" | "anyWord" | "nearWord") | null;
            items: components["schemas"]["ListItem"][];
        };
        /** Board */
        Board: {
            requestId: string;
            generation: string;
            boardId: string;
            title: string;
            /** @description pins on the board */
            saves: number;
            community: components["schemas"]["Community"] | null;
            attributes: {
                [key: string]: unknown;
            };
            /** @description pins on it, in the order of the data */
            pins: {
                pinId: string;
                payload: components["schemas"]["Payload"];
            }[];
        };
        /** BoardCard */
        BoardCard: {
            boardId: string;
            title: string;
            /** @description pins on the board */
            saves: number;
        };
        /** BoardList */
        BoardList: {
            requestId: string;
            /** @description short name of the contents answered from */
            generation: string;
            tookMs: number;
            items: components["schemas"]["RankedBoard"][];
        };
        /** Community */
        Community: {
            community: number;
            title: string;
            size: number;
        };
        /** Deletion */
        Deletion: {
            requestId: string;
            generation: string;
            eventId: string;
            /** @enum {string} */
            kind: "pin" | "board" | "owner";
            id: string;
            /** @description ISO 8601, as the event has it */
            deletedAt: string;
            /**
             * @description gone: the file that is served does not have it; masked: the file has it and no answer does, until a generation without it is served; restored: it was described anew after the delete
             * @enum {string}
             */
            state: "gone" | "masked" | "restored";
            /** @description pins and boards of the delete that the file still has */
            inGeneration: number;
        };
        /** EventsTaken */
        EventsTaken: {
            requestId: string;
            /** @description events that are new and in every list from now on */
            accepted: number;
            /** @description events that were in already */
            duplicates: number;
            /** @description what is no event, by its place in the request; the others are in */
            deadLetters: {
                eventId: string | null;
                index: number;
                reason: string;
            }[];
        };
        /** Explanation */
        Explanation: {
            /** @description what each score gives, largest first; for a pin with saves they add up to its score */
            terms: {
                /** @enum {string} */
                score: "walk" | "filter" | "spectral" | "factorCosine" | "embedding" | "targetCosine" | "pinTitle" | "boardTitle" | "content" | "contentNeighbors";
                value: number;
            }[];
            because: {
                pinId: string;
                title: string;
                board: components["schemas"]["BoardCard"];
            } | null;
        };
        /**
         * Filter
         * @description a condition on one attribute, or several put together: at most 64, 8 deep
         */
        Filter: {
            attribute: string;
            in: (string | number | boolean)[];
        } | {
            attribute: string;
            from?: string | number;
            to?: string | number;
        } | {
            and: components["schemas"]["Filter"][];
        } | {
            or: components["schemas"]["Filter"][];
        } | {
            not: components["schemas"]["Filter"];
        };
        /** Health */
        Health: {
            status: string;
            generation?: string;
        };
        /** Info */
        Info: {
            requestId: string;
            generation: string;
            name: string;
            createdAt: string | null;
            /** @description of the next generation, where this server trains it */
            training: {
                /** @enum {string} */
                state: "running" | "finished" | "failed";
                /** @description what it is at */
                stage: string;
                /** @description of the stage, 0 to 1 */
                done: number;
                /** @description of the stage */
                secondsLeft: number | null;
            } | null;
            /** @description events that lie over the generation; null where the server takes none */
            live: {
                /** @description events that were new, since the store was made */
                applied: number;
                /** @description events that were in already */
                duplicates: number;
                /** @description distinct records that are no events */
                deadLetters: number;
                /** @description how far each stream was read */
                position: {
                    [key: string]: string;
                };
                /** @description from the receipt of the last events to when lists saw them */
                lagSeconds: number;
            } | null;
            /** @description false where the generation was made from saves alone */
            isTrained: boolean;
            counts: {
                pins: number;
                boards: number;
                saves: number;
            };
            strategies: ("fused" | "embedding" | "walk" | "filter" | "spectral")[];
            /** @description the 50 largest */
            communities: components["schemas"]["Community"][];
            /** @description config, seed, versions, metrics as trained */
            meta: {
                [key: string]: unknown;
            };
        };
        /** List */
        List: {
            requestId: string;
            /** @description short name of the contents answered from */
            generation: string;
            /** @enum {string} */
            scoreKind: "fused" | "embedding" | "walk" | "filter" | "spectral" | "saves" | "bm25";
            tookMs: number;
            fallback: ("embedding" | "walk" | "popular" | "anyWord" | "nearWord") | null;
            /** @description ids of pins that were named and are not in this generation: left out, the first hundred listed */
            unknown: string[];
            items: components["schemas"]["ListItem"][];
            nextCursor: string | null;
        };
        /** ListItem */
        ListItem: {
            pinId: string;
            /** @description from 1, over all pages */
            rank: number;
            /** @description higher is better; what it is stands in scoreKind */
            score: number;
            reasons?: components["schemas"]["Reason"][];
            payload?: components["schemas"]["Payload"];
            explanation?: components["schemas"]["Explanation"];
            /** @description of length 1; empty where there is none */
            vector?: number[];
        };
        /** Payload */
        Payload: {
            /** @description '' where there is none */
            title: string;
            picture: string | null;
            /** @description boards that hold the pin */
            saves: number;
            community: components["schemas"]["Community"] | null;
            attributes: {
                [key: string]: unknown;
            };
        };
        /** Pin */
        Pin: {
            requestId: string;
            generation: string;
            pinId: string;
            payload: components["schemas"]["Payload"];
            /** @description boards that hold it, in the order of the data */
            boards: components["schemas"]["BoardCard"][];
        };
        /**
         * Problem
         * @description RFC 9457 problem document
         */
        Problem: {
            /** @description urn:pinwalk:problem: and the code */
            type: string;
            /** @description what the code stands for */
            title: string;
            status: number;
            /** @description stable; one of the codes of spec/errors.md */
            code: string;
            /** @description what must hold, what was got, what to do */
            detail: string;
            /** @description the path that was asked for */
            instance: string;
            requestId: string;
        };
        /** RankedBoard */
        RankedBoard: {
            boardId: string;
            title: string;
            /** @description pins on the board */
            saves: number;
            /** @description from 1 */
            rank: number;
            /** @description higher is better; of one list alone */
            score: number;
            /** @description up to three pins of it that speak for it most */
            pins: {
                pinId: string;
                title: string;
            }[];
        };
        /** Reason */
        Reason: {
            /**
             * @description sharedBoards: boards hold it and a pin that was asked with; alike: only its content or place in the graph is; saves: it is among the most saved; text: its title matches
             * @enum {string}
             */
            kind: "sharedBoards" | "alike" | "saves" | "text";
            /** @description shared boards, or saves */
            count: number;
            /** @description up to three of the shared boards, the most telling first */
            boards: components["schemas"]["BoardCard"][];
        };
        /** SearchResult */
        SearchResult: {
            requestId: string;
            /** @description short name of the contents answered from */
            generation: string;
            /** @enum {string} */
            scoreKind: "fused" | "embedding" | "walk" | "filter" | "spectral" | "saves" | "bm25";
            tookMs: number;
            fallback: ("embedding" | "walk" | "popular" | "anyWord" | "nearWord") | null;
            /** @description ids of pins that were named and are not in this generation: left out, the first hundred listed */
            unknown: string[];
            items: components["schemas"]["ListItem"][];
            nextCursor: string | null;
            /** @description the five best matching boards, the same on every page */
            boards: components["schemas"]["BoardCard"][];
        };
        /** Swap */
        Swap: {
            requestId: string;
            /** @description served from now on */
            generation: string;
            isNew: boolean;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description in the text format */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    similarPins: {
        parameters: {
            query?: {
                /** @description length of a page */
                limit?: number;
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description what an item carries: everything; all but reasons; its id, rank and score; these and its vector */
                fields?: "all" | "payload" | "ids" | "vector";
                /** @description say what each score gives, and because of which pin */
                explain?: boolean;
                /** @description least share of the places for pins that nobody has saved yet, spread evenly; not with diversity */
                freshness?: number;
                /** @description how pins are scored; structure: former name of spectral */
                strategy?: "fused" | "embedding" | "walk" | "filter" | "spectral" | "structure";
                /** @description ids of pins to leave out; repeatable */
                exclude?: string[];
                /** @description only pins whose score is at least this share of the best one's, where that is above 0 */
                minScore?: number;
                /** @description JSON: {"attribute": "color", "in": ["red", "blue"]} (equal to one, or one of its parts between bars); {"attribute": "price", "from": 5, "to": 20} (both ends belong to it; numbers as numbers, texts such as dates as texts); {"and": [...]}, {"or": [...]}, {"not": {...}} */
                filter?: string;
                /** @description share of unlikeness in the choice of the next pin, beside its score; such a list has at most 250 pins */
                diversity?: number;
                /** @description at most so many pins of one community */
                perCommunity?: number;
                /** @description at most so many pins of any one board */
                perBoard?: number;
            };
            header?: never;
            path: {
                /** @description percent-encoded */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a pin, board or run with this id does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the generation that a cursor belongs to is no longer served */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recommendForBoard: {
        parameters: {
            query?: {
                /** @description length of a page */
                limit?: number;
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description what an item carries: everything; all but reasons; its id, rank and score; these and its vector */
                fields?: "all" | "payload" | "ids" | "vector";
                /** @description say what each score gives, and because of which pin */
                explain?: boolean;
                /** @description least share of the places for pins that nobody has saved yet, spread evenly; not with diversity */
                freshness?: number;
                /** @description how pins are scored; structure: former name of spectral */
                strategy?: "fused" | "embedding" | "walk" | "filter" | "spectral" | "structure";
                /** @description ids of pins to leave out; repeatable */
                exclude?: string[];
                /** @description only pins whose score is at least this share of the best one's, where that is above 0 */
                minScore?: number;
                /** @description JSON: {"attribute": "color", "in": ["red", "blue"]} (equal to one, or one of its parts between bars); {"attribute": "price", "from": 5, "to": 20} (both ends belong to it; numbers as numbers, texts such as dates as texts); {"and": [...]}, {"or": [...]}, {"not": {...}} */
                filter?: string;
                /** @description share of unlikeness in the choice of the next pin, beside its score; such a list has at most 250 pins */
                diversity?: number;
                /** @description at most so many pins of one community */
                perCommunity?: number;
                /** @description at most so many pins of any one board */
                perBoard?: number;
            };
            header?: never;
            path: {
                /** @description percent-encoded */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a pin, board or run with this id does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the generation that a cursor belongs to is no longer served */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recommendForPins: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    pins?: {
                        id: string;
                        /**
                         * @description only ratios count
                         * @default 1
                         */
                        weight?: number;
                    }[];
                    /** @description in place of pins: a vector as fields=vector gives them; the list is ranked by the cosine with it */
                    vector?: number[];
                    /**
                     * @description ids of pins the answer should be unlike; together they count half as much as the pins
                     * @default []
                     */
                    negatives?: string[];
                    /**
                     * @description length of a page
                     * @default 20
                     */
                    limit?: number;
                    /** @description nextCursor of the page before */
                    cursor?: string;
                    /**
                     * @description what an item carries: everything; all but reasons; its id, rank and score; these and its vector
                     * @default all
                     * @enum {string}
                     */
                    fields?: "all" | "payload" | "ids" | "vector";
                    /**
                     * @description say what each score gives, and because of which pin
                     * @default false
                     */
                    explain?: boolean;
                    /** @description least share of the places for pins that nobody has saved yet, spread evenly; not with diversity */
                    freshness?: number;
                    /**
                     * @description how pins are scored; structure: former name of spectral
                     * @default fused
                     * @enum {string}
                     */
                    strategy?: "fused" | "embedding" | "walk" | "filter" | "spectral" | "structure";
                    /**
                     * @description ids of pins to leave out
                     * @default []
                     */
                    exclude?: string[];
                    /** @description only pins whose score is at least this share of the best one's, where that is above 0 */
                    minScore?: number;
                    filter?: components["schemas"]["Filter"];
                    /** @description share of unlikeness in the choice of the next pin, beside its score; such a list has at most 250 pins */
                    diversity?: number;
                    /** @description at most so many pins of one community */
                    perCommunity?: number;
                    /** @description at most so many pins of any one board */
                    perBoard?: number;
                    /** @description caps by attribute */
                    perAttribute?: {
                        [key: string]: number;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the generation that a cursor belongs to is no longer served */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is no JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    popularPins: {
        parameters: {
            query?: {
                /** @description length of a page */
                limit?: number;
                /** @description nextCursor of the page before */
                cursor?: string;
                /** @description what an item carries: everything; all but reasons; its id, rank and score; these and its vector */
                fields?: "all" | "payload" | "ids" | "vector";
                /** @description only pins whose score is at least this share of the best one's, where that is above 0 */
                minScore?: number;
                /** @description ids of pins to leave out; repeatable */
                exclude?: string[];
                /** @description JSON: {"attribute": "color", "in": ["red", "blue"]} (equal to one, or one of its parts between bars); {"attribute": "price", "from": 5, "to": 20} (both ends belong to it; numbers as numbers, texts such as dates as texts); {"and": [...]}, {"or": [...]}, {"not": {...}} */
                filter?: string;
                /** @description share of unlikeness in the choice of the next pin, beside its score; such a list has at most 250 pins */
                diversity?: number;
                /** @description at most so many pins of one community */
                perCommunity?: number;
                /** @description at most so many pins of any one board */
                perBoard?: number;
                /** @description only pins of this community; /v1/info lists them */
                community?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["List"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the generation that a cursor belongs to is no longer served */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recommendBatch: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    queries: {
                        /** @description an id: pins related to it */
                        pin?: string;
                        /** @description an id: pins that would fit it */
                        board?: string;
                        pins?: {
                            id: string;
                            /**
                             * @description only ratios count
                             * @default 1
                             */
                            weight?: number;
                        }[];
                    }[];
                    /**
                     * @description length of a page
                     * @default 20
                     */
                    limit?: number;
                    /**
                     * @description what an item carries: everything; all but reasons; its id, rank and score; these and its vector
                     * @default all
                     * @enum {string}
                     */
                    fields?: "all" | "payload" | "ids" | "vector";
                    /**
                     * @description say what each score gives, and because of which pin
                     * @default false
                     */
                    explain?: boolean;
                    /** @description least share of the places for pins that nobody has saved yet, spread evenly; not with diversity */
                    freshness?: number;
                    /**
                     * @description how pins are scored; structure: former name of spectral
                     * @default fused
                     * @enum {string}
                     */
                    strategy?: "fused" | "embedding" | "walk" | "filter" | "spectral" | "structure";
                    /**
                     * @description ids of pins to leave out
                     * @default []
                     */
                    exclude?: string[];
                    /** @description only pins whose score is at least this share of the best one's, where that is above 0 */
                    minScore?: number;
                    filter?: components["schemas"]["Filter"];
                    /** @description share of unlikeness in the choice of the next pin, beside its score; such a list has at most 250 pins */
                    diversity?: number;
                    /** @description at most so many pins of one community */
                    perCommunity?: number;
                    /** @description at most so many pins of any one board */
                    perBoard?: number;
                    /** @description caps by attribute */
                    perAttribute?: {
                        [key: string]: number;
                    };
                };
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Batch"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is no JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    similarBoards: {
        parameters: {
            query?: {
                /** @description length of the list */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description percent-encoded */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardList"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a pin, board or run with this id does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    boardsForPin: {
        parameters: {
            query?: {
                /** @description length of the list */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description percent-encoded */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardList"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a pin, board or run with this id does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPin: {
        parameters: {
            query?: {
                /** @description how many of its saves to name */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description percent-encoded */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pin"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a pin, board or run with this id does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPicture: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description percent-encoded */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description its bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "image/*": string;
                };
            };
            /** @description as the caller has it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": unknown;
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a pin, board or run with this id does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getBoard: {
        parameters: {
            query?: {
                /** @description how many of its saves to name */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description percent-encoded */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Board"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a pin, board or run with this id does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    searchTitles: {
        parameters: {
            query: {
                /** @description words; each may be the beginning of a word */
                q: string;
                /** @description length of a page */
                limit?: number;
                /** @description nextCursor of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SearchResult"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the generation that a cursor belongs to is no longer served */
            410: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getInfo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Info"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    isLive: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    isReady: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    sendEvents: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": unknown;
                "application/x-ndjson": unknown;
            };
        };
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventsTaken"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is too large */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the body is no JSON */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getDeletion: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description eventId of the delete, percent-encoded */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Deletion"];
                };
            };
            /** @description an option is unknown or out of its range, or the request cannot be read */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a pin, board or run with this id does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    loadGeneration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Swap"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a pin, board or run with this id does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a generation was refused; the one before is served on */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    rollBackGeneration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Swap"];
                };
            };
            /** @description a key must be shown */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this caller may not ask this */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a pin, board or run with this id does not exist */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description a generation was refused; the one before is served on */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description this key has asked too often; ask again after a while */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server failed; the request id finds it in the log */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description the server cannot answer now; ask again after a while; or more is asked than can be answered in time */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description any other problem of HTTP */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
