"""Who asks, as bound parameters: so one statement serves all viewers of a role."""

from typing import Any

from sqlalchemy import LargeBinary, String, Uuid, bindparam

from core.viewer import Viewer

VIEWER_ID = bindparam("viewer_id", type_=Uuid())
VIEWER_ROLE = bindparam("viewer_role", type_=String())
VIEWER_SECRET = bindparam("viewer_secret", type_=LargeBinary())
VIEWER_CLIENT = bindparam("viewer_client", type_=String())


def viewer_params(viewer: Viewer) -> dict[str, Any]:
    """Return the values of the parameters above; null is nobody, and equal to nothing."""
    return {
        "viewer_id": viewer.account_id,
        "viewer_role": viewer.role,
        "viewer_secret": viewer.cart_secret_hash,
        "viewer_client": viewer.key and viewer.key.client,
    }
