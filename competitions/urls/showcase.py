"""创新成果展示: pages that everybody reads without an account."""

from django.urls import path

from competitions.views import showcase

app_name = "showcase"
urlpatterns = [
    path("", showcase.showcase_list, name="list"),
    path("<int:pk>/", showcase.showcase_innovation, name="innovation"),
    path("<int:pk>/pictures/<int:position>/", showcase.showcase_picture, name="picture"),
]
