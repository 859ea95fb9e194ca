// The page and the API description, embedded in the binary. A file added here is served at its path.
#include "assets.h"

#define ASSET(name) static const unsigned char name[]

ASSET(index_html) = {
#embed "index.html"
};
ASSET(style_css) = {
#embed "style.css"
};
ASSET(session_css) = {
#embed "session.css"
};
ASSET(app_js) = {
#embed "app.js"
};
ASSET(api_js) = {
#embed "api.js"
};
ASSET(stream_js) = {
#embed "stream.js"
};
ASSET(dom_js) = {
#embed "dom.js"
};
ASSET(format_js) = {
#embed "format.js"
};
ASSET(marks_js) = {
#embed "marks.js"
};
ASSET(list_js) = {
#embed "list.js"
};
ASSET(session_js) = {
#embed "session.js"
};
ASSET(verdict_js) = {
#embed "verdict.js"
};
ASSET(states_js) = {
#embed "states.js"
};
ASSET(waterfall_js) = {
#embed "waterfall.js"
};
ASSET(timeline_js) = {
#embed "timeline.js"
};
ASSET(candidates_js) = {
#embed "candidates.js"
};
ASSET(channels_js) = {
#embed "channels.js"
};
ASSET(descriptions_js) = {
#embed "descriptions.js"
};
ASSET(statistics_js) = {
#embed "statistics.js"
};
ASSET(commands_js) = {
#embed "commands.js"
};
ASSET(connect_js) = {
#embed "connect.js"
};
ASSET(token_js) = {
#embed "token.js"
};
ASSET(chart_js) = {
#embed "chart.js"
};
ASSET(figures_js) = {
#embed "figures.js"
};
ASSET(transactions_js) = {
#embed "transactions.js"
};
ASSET(client_js) = {
#embed "client.js"
};
ASSET(sdp_js) = {
#embed "sdp.js"
};
ASSET(analyze_js) = {
#embed "analyze.js"
};
ASSET(aggregates_js) = {
#embed "aggregates.js"
};
ASSET(filter_js) = {
#embed "filter.js"
};
ASSET(files_js) = {
#embed "files.js"
};
ASSET(views_css) = {
#embed "views.css"
};
ASSET(help_css) = {
#embed "help.css"
};
ASSET(icon_svg) = {
#embed "icon.svg"
};
ASSET(openapi_yaml) = {
#embed "../OpenAPI/openapi.yaml"
};

static const struct asset assets[] = {
    {"/index.html", "text/html; charset=utf-8", index_html, sizeof index_html},
    {"/style.css", "text/css; charset=utf-8", style_css, sizeof style_css},
    {"/session.css", "text/css; charset=utf-8", session_css, sizeof session_css},
    {"/app.js", "text/javascript; charset=utf-8", app_js, sizeof app_js},
    {"/api.js", "text/javascript; charset=utf-8", api_js, sizeof api_js},
    {"/stream.js", "text/javascript; charset=utf-8", stream_js, sizeof stream_js},
    {"/dom.js", "text/javascript; charset=utf-8", dom_js, sizeof dom_js},
    {"/format.js", "text/javascript; charset=utf-8", format_js, sizeof format_js},
    {"/marks.js", "text/javascript; charset=utf-8", marks_js, sizeof marks_js},
    {"/list.js", "text/javascript; charset=utf-8", list_js, sizeof list_js},
    {"/session.js", "text/javascript; charset=utf-8", session_js, sizeof session_js},
    {"/verdict.js", "text/javascript; charset=utf-8", verdict_js, sizeof verdict_js},
    {"/states.js", "text/javascript; charset=utf-8", states_js, sizeof states_js},
    {"/waterfall.js", "text/javascript; charset=utf-8", waterfall_js, sizeof waterfall_js},
    {"/timeline.js", "text/javascript; charset=utf-8", timeline_js, sizeof timeline_js},
    {"/candidates.js", "text/javascript; charset=utf-8", candidates_js, sizeof candidates_js},
    {"/channels.js", "text/javascript; charset=utf-8", channels_js, sizeof channels_js},
    {"/descriptions.js", "text/javascript; charset=utf-8", descriptions_js, sizeof descriptions_js},
    {"/statistics.js", "text/javascript; charset=utf-8", statistics_js, sizeof statistics_js},
    {"/commands.js", "text/javascript; charset=utf-8", commands_js, sizeof commands_js},
    {"/connect.js", "text/javascript; charset=utf-8", connect_js, sizeof connect_js},
    {"/token.js", "text/javascript; charset=utf-8", token_js, sizeof token_js},
    {"/chart.js", "text/javascript; charset=utf-8", chart_js, sizeof chart_js},
    {"/figures.js", "text/javascript; charset=utf-8", figures_js, sizeof figures_js},
    {"/transactions.js", "text/javascript; charset=utf-8", transactions_js, sizeof transactions_js},
    {"/client.js", "text/javascript; charset=utf-8", client_js, sizeof client_js},
    {"/sdp.js", "text/javascript; charset=utf-8", sdp_js, sizeof sdp_js},
    {"/analyze.js", "text/javascript; charset=utf-8", analyze_js, sizeof analyze_js},
    {"/aggregates.js", "text/javascript; charset=utf-8", aggregates_js, sizeof aggregates_js},
    {"/filter.js", "text/javascript; charset=utf-8", filter_js, sizeof filter_js},
    {"/files.js", "text/javascript; charset=utf-8", files_js, sizeof files_js},
    {"/views.css", "text/css; charset=utf-8", views_css, sizeof views_css},
    {"/help.css", "text/css; charset=utf-8", help_css, sizeof help_css},
    {"/icon.svg", "image/svg+xml", icon_svg, sizeof icon_svg},
    {"/openapi.yaml", "application/yaml", openapi_yaml, sizeof openapi_yaml},
};

const struct asset *asset_at(size_t i) {
    return i < sizeof assets / sizeof assets[0] ? &assets[i] : NULL;
}
