// Draws the API document. Everything comes from this server, so the page works under default-src 'self'.
"use strict";

window.SwaggerUIBundle({
  url: "/docs/openapi.json",
  dom_id: "#api-docs",
  deepLinking: true, // the address names the operation that is open
  validatorUrl: null, // the default sends the document to a foreign host
  persistAuthorization: false, // a citizen's token never stays in the browser
});
