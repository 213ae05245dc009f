#pragma once
#include "sipstack/transaction/machine.hpp"

namespace sip::transaction {

/// INVITE client transaction: RFC 3261 figure 5 as amended by RFC 6026 section 7.2, and the end of
/// an unanswered CANCEL (RFC 3261 section 9.1). A flow that closes under a request fails it.
// clang-format off
inline constexpr Row invite_client_table[] = {
    // from              input                     to                  effects                                                     starts
    {State::calling,     Input::timer_a,           State::calling,     Effect::send_request | Effect::double_interval},
    {State::calling,     Input::timer_b,           State::terminated,  Effect::report_timeout},
    {State::calling,     Input::transport_failed,  State::terminated,  Effect::report_failure},
    {State::calling,     Input::flow_closed,       State::terminated,  Effect::report_failure},
    {State::calling,     Input::response_1xx,      State::proceeding,  Effect::stop_timers | Effect::pass_up},
    {State::calling,     Input::response_2xx,      State::accepted,    Effect::stop_timers | Effect::pass_up,                      Timer::m},
    {State::calling,     Input::response_error,    State::completed,   Effect::stop_timers | Effect::send_ack | Effect::pass_up,   Timer::d},
    {State::proceeding,  Input::response_1xx,      State::proceeding,  Effect::pass_up},
    {State::proceeding,  Input::response_2xx,      State::accepted,    Effect::pass_up,                                            Timer::m},
    {State::proceeding,  Input::response_error,    State::completed,   Effect::send_ack | Effect::pass_up,                         Timer::d},
    {State::proceeding,  Input::cancel_unanswered, State::terminated,  Effect::report_timeout},
    {State::proceeding,  Input::flow_closed,       State::terminated,  Effect::report_failure},
    {State::accepted,    Input::response_2xx,      State::accepted,    Effect::pass_up},
    {State::accepted,    Input::timer_m,           State::terminated,  Effect::nothing},
    {State::completed,   Input::response_error,    State::completed,   Effect::send_ack},
    {State::completed,   Input::transport_failed,  State::terminated,  Effect::report_failure},
    {State::completed,   Input::timer_d,           State::terminated,  Effect::nothing},
};
// clang-format on
static_assert(is_well_formed(invite_client_table));

}  // namespace sip::transaction
