// The page and the API description, embedded.
#ifndef PEERSCOPE_ASSETS_H
#define PEERSCOPE_ASSETS_H
#include <stddef.h>
struct asset {
    const char *path;          // URL path, e.g. "/app.js"
    const char *content_type;
    const unsigned char *bytes;
    size_t count;
};
/// The i-th asset, or NULL past the end.
const struct asset *asset_at(size_t i);
#endif
