// Channels of notifications, a test of one, and what became of its messages.

#include "api/answers.h"
#include "api/json_body.h"
#include "api/query.h"
#include "api/routes/routes.h"
#include "base/limits.h"
#include "base/notification_ids.h"

namespace swiftgrid::api {
namespace {

Response list_channels(const Request& request, ApiParts& parts) {
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(request, parts.notifications.list(query_text(request, "cursor"), *limit));
}

Response get_channel(const Request& request, ApiParts& parts) {
    auto channel = path_id<ChannelId>(request, "channelId");
    if (!channel) return problem_response(request, channel.error());
    return json_answer(request, parts.notifications.get(*channel));
}

// Which members there are, the service knows.
Response create_channel(const Request& request, ApiParts& parts) {
    const auto members = read_json_object(request);
    if (!members) return problem_response(request, members.error());
    return json_answer(request, parts.notifications.create(*members, request.caller.name), 201);
}

Response put_channel(const Request& request, ApiParts& parts) {
    auto channel = path_id<ChannelId>(request, "channelId");
    if (!channel) return problem_response(request, channel.error());
    const auto members = read_json_object(request);
    if (!members) return problem_response(request, members.error());
    return json_answer(request,
                       parts.notifications.change(*channel, *members, request.caller.name));
}

Response delete_channel(const Request& request, ApiParts& parts) {
    auto channel = path_id<ChannelId>(request, "channelId");
    if (!channel) return problem_response(request, channel.error());
    const auto removed = parts.notifications.remove(*channel, request.caller.name);
    return removed ? empty_response() : refusal_response(request, removed.error());
}

Response rotate_channel_secret(const Request& request, ApiParts& parts) {
    auto channel = path_id<ChannelId>(request, "channelId");
    if (!channel) return problem_response(request, channel.error());
    auto body = JsonBody::read(request, {"overlapHours"});
    if (!body) return problem_response(request, body.error());
    auto hours = body->integer("overlapHours");
    if (!hours) return problem_response(request, hours.error());
    return json_answer(request,
                       parts.notifications.rotate(
                           *channel, {std::nullopt, hours->value_or(limits::webhook_overlap_hours)},
                           request.caller.name));
}

// Answers when the other side has, and holds no thread until then.
void test_channel(const Request& request, const Responder& respond, ApiParts& parts) {
    auto channel = path_id<ChannelId>(request, "channelId");
    if (!channel) {
        respond(problem_response(request, channel.error()));
        return;
    }
    parts.notifications.test(*channel, [respond](const control::Answer<std::string>& tested) {
        respond(json_answer(respond.request(), tested));
    });
}

Response list_messages(const Request& request, ApiParts& parts) {
    auto channel = path_id<ChannelId>(request, "channelId");
    if (!channel) return problem_response(request, channel.error());
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(
        request, parts.notifications.deliveries(*channel, query_text(request, "cursor"), *limit));
}

Response resend_message(const Request& request, ApiParts& parts) {
    auto channel = path_id<ChannelId>(request, "channelId");
    if (!channel) return problem_response(request, channel.error());
    auto delivery = path_id<DeliveryId>(request, "deliveryId");
    if (!delivery) return problem_response(request, delivery.error());
    return json_answer(request, parts.notifications.send_again(*channel, *delivery), 202);
}

// The lists of the documents of workflows.
Response list_flow_notifications(const Request& request, ApiParts& parts) {
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(request,
                       parts.flow_notifications.list(query_text(request, "cursor"), *limit));
}

Response get_flow_notifications(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    return json_answer(request, parts.flow_notifications.of_flow(*flow));
}

Response list_flow_messages(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto limit = query_limit(request);
    if (!limit) return problem_response(request, limit.error());
    return json_answer(
        request, parts.flow_notifications.deliveries(*flow, query_text(request, "cursor"), *limit));
}

Response resend_flow_message(const Request& request, ApiParts& parts) {
    auto flow = path_id<FlowId>(request, "flowId");
    if (!flow) return problem_response(request, flow.error());
    auto delivery = path_id<DeliveryId>(request, "deliveryId");
    if (!delivery) return problem_response(request, delivery.error());
    return json_answer(request, parts.flow_notifications.send_again(*flow, *delivery), 202);
}

}  // namespace

void add_notification_routes(Router& router, ApiParts& parts) {
    const WorkerRoutes routes(router, parts);
    routes.add("GET", "/api/notifications", list_channels);
    routes.add("POST", "/api/notifications", create_channel);
    routes.add("GET", "/api/notifications/{channelId}", get_channel);
    routes.add("PUT", "/api/notifications/{channelId}", put_channel);
    routes.add("DELETE", "/api/notifications/{channelId}", delete_channel);
    routes.add("POST", "/api/notifications/{channelId}/rotate-secret", rotate_channel_secret);
    routes.add("GET", "/api/notifications/{channelId}/deliveries", list_messages);
    routes.add("POST", "/api/notifications/{channelId}/deliveries/{deliveryId}/resend",
               resend_message);
    routes.add("GET", "/api/flow-notifications", list_flow_notifications);
    routes.add("GET", "/api/flows/{flowId}/notifications", get_flow_notifications);
    routes.add("GET", "/api/flows/{flowId}/notifications/deliveries", list_flow_messages);
    routes.add("POST", "/api/flows/{flowId}/notifications/deliveries/{deliveryId}/resend",
               resend_flow_message);
    router.add("POST", "/api/notifications/{channelId}/test",
               [&parts](const Request& request, const Responder& respond) {
                   test_channel(request, respond, parts);
               });
}

}  // namespace swiftgrid::api
