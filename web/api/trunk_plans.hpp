#pragma once
#include "web/api/asked.hpp"
#include "web/api/plan.hpp"

namespace web::api {

// What is asked of trunks and routes, one handler a route of the API.

Plan list_trunks(Asked& asked);
Plan read_trunk(Asked& asked);
Plan add_trunk(Asked& asked);
Plan change_trunk(Asked& asked);
Plan remove_trunk(Asked& asked);

Plan list_routes(Asked& asked);
Plan read_route(Asked& asked);
Plan add_route(Asked& asked);
Plan change_route(Asked& asked);
Plan remove_route(Asked& asked);
Plan test_route(Asked& asked);

}  // namespace web::api
