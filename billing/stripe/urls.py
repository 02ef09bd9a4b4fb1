from django.urls import path

from billing.stripe.views import take_event

urlpatterns = [path("webhook", take_event, name="stripe_webhook")]
