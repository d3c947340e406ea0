#include "nodes/http_request/schema.h"

#include "model/node_descriptor.h"

namespace swiftgrid::nodes::http_request {

namespace {

// The names are the UI's: x-control picks the form's control for a field.
constexpr std::string_view schema = R"json({
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "type": "object",
  "properties": {
    "method": {
      "type": "string", "title": "Method", "default": "GET",
      "enum": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
    },
    "url": {
      "type": "string", "title": "URL", "default": "", "x-control": "template",
      "description": "Absolute address, with placeholders where needed.",
      "examples": ["https://api.example.com/items/{{$trigger.id}}"]
    },
    "query": {
      "type": "object", "title": "Query", "default": {}, "x-control": "pairs",
      "x-template": true,
      "description": "Appended to the URL, encoded. A list repeats its name; null leaves it out."
    },
    "headers": {
      "type": "object", "title": "Headers", "default": {}, "x-control": "pairs",
      "x-template": true,
      "description": "Sent as given. Idempotency-Key and User-Agent are set unless you set them."
    },
    "auth": {
      "type": ["object", "null"], "title": "Authentication", "default": null,
      "required": ["type"], "additionalProperties": false,
      "properties": {
        "type": {
          "type": "string", "title": "Kind", "enum": ["bearer", "basic", "header", "query"],
          "description": "bearer: token. basic: username and password. header, query: name and value."
        },
        "token": {"type": ["string", "null"], "title": "Token", "x-template": true},
        "username": {"type": ["string", "null"], "title": "User name", "x-template": true},
        "password": {"type": ["string", "null"], "title": "Password", "x-template": true},
        "name": {"type": ["string", "null"], "title": "Name", "x-template": true},
        "value": {"type": ["string", "null"], "title": "Value", "x-template": true}
      },
      "description": "Only the server of the URL sees it: redirects and pages elsewhere go without.",
      "examples": [{"type": "bearer", "token": "{{$env.API_TOKEN}}"}]
    },
    "body": {
      "title": "Body", "default": null, "x-control": "json-or-text",
      "description": "What is sent; its form is the body type's. Null sends none."
    },
    "bodyType": {
      "type": "string", "title": "Body type", "default": "auto",
      "enum": ["auto", "json", "text", "form", "multipart", "binary"],
      "description": "auto: text as text, everything else as JSON. multipart: an object of fields and files { base64, filename, contentType }. binary: base64, or the body of another answer."
    },
    "acceptStatus": {
      "type": "array", "title": "Accepted error statuses", "default": [],
      "items": { "type": ["integer", "string"] },
      "description": "Statuses from 400 that are results, not errors: 404, \"5xx\", \"400-499\"."
    },
    "followRedirects": {
      "type": "boolean", "title": "Follow redirects", "default": true
    },
    "response": {
      "type": "string", "title": "Response body", "default": "auto",
      "enum": ["auto", "json", "text", "base64"],
      "description": "auto decides by the content type."
    },
    "pagination": {
      "type": ["object", "null"], "title": "Pages", "default": null,
      "required": ["mode"], "additionalProperties": false,
      "properties": {
        "mode": {
          "type": "string", "title": "Next page by",
          "enum": ["link", "nextUrl", "cursor", "page", "offset"],
          "description": "link: the header Link. nextUrl, cursor: a value in the answer. page, offset: counting."
        },
        "items": {
          "type": "string", "title": "List", "default": "", "maxLength": 1000,
          "description": "Where the list is in each answer. Empty: the answer is the list.",
          "examples": ["data.items"]
        },
        "next": {
          "type": "string", "title": "Next page", "default": "", "maxLength": 1000,
          "description": "nextUrl, cursor: where the answer names the next page; nothing there ends.",
          "examples": ["meta.next"]
        },
        "parameter": {
          "type": "string", "title": "Parameter", "default": "", "maxLength": 200,
          "description": "cursor, page, offset: the parameter of the query. Empty: named as the mode."
        },
        "start": {
          "type": ["integer", "null"], "title": "Start", "minimum": 0, "default": null,
          "description": "The first page (1) or offset (0)."
        },
        "maxPages": {
          "type": "integer", "title": "Pages at most", "minimum": 1, "maximum": 1000, "default": 10
        }
      },
      "description": "Fetches all pages of a list; body is then one list of all items, and pages and morePages say how many there were and whether some are left."
    },
    "tls": {
      "type": ["object", "null"], "title": "TLS", "default": null, "additionalProperties": false,
      "properties": {
        "ca": {
          "type": ["string", "null"], "title": "Authorities", "x-template": true,
          "description": "PEM text; trusted in place of the system's."
        },
        "certificate": {
          "type": ["string", "null"], "title": "Client certificate", "x-template": true,
          "description": "PEM text; a chain may follow."
        },
        "key": {
          "type": ["string", "null"], "title": "Key", "x-template": true,
          "description": "PEM text of the certificate's key."
        },
        "keyPassword": {"type": ["string", "null"], "title": "Password of the key", "x-template": true},
        "verify": {
          "type": "boolean", "title": "Check the server's certificate", "default": true,
          "description": "Off only where the server runs with --allow-insecure-tls."
        }
      },
      "examples": [{"certificate": "{{$env.CLIENT_CERT}}", "key": "{{$env.CLIENT_KEY}}"}]
    }
  }
})json";

}  // namespace

json::object data_schema() { return model::schema_literal(schema); }

}  // namespace swiftgrid::nodes::http_request
