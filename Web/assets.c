// The page and the API description, embedded in the binary. A file added here is served at its path.
#include "assets.h"

#define ASSET(name) static const unsigned char name[]

ASSET(index_html) = {
#embed "index.html"
};
ASSET(openapi_yaml) = {
#embed "../OpenAPI/openapi.yaml"
};

static const struct asset assets[] = {
    {"/index.html", "text/html; charset=utf-8", index_html, sizeof index_html},
    {"/openapi.yaml", "application/yaml", openapi_yaml, sizeof openapi_yaml},
};

const struct asset *asset_at(size_t i) {
    return i < sizeof assets / sizeof assets[0] ? &assets[i] : NULL;
}
